import CLinux
import Glibc

/// A thread of the operating system with a name, for work that waits: Swift's own threads are few and must not.
struct SystemThread: ~Copyable {
    private let handle: pthread_t

    /// - Parameter name: as `ps -L` shows it; its first 15 bytes.
    init(named name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let task = Unmanaged.passRetained(Task(name: name, body: body))
        var handle = pthread_t()
        let result = pthread_create(&handle, nil, runTask, task.toOpaque())
        guard result == 0 else {
            task.release()
            throw SystemError("pthread_create", code: result, about: name)
        }
        self.handle = handle
    }

    /// Waits until its body has returned.
    consuming func join() {
        pthread_join(handle, nil)
    }

    fileprivate final class Task: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}

private func runTask(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let task = Unmanaged<SystemThread.Task>.fromOpaque(argument).takeRetainedValue()
    _ = linux_name_thread(String(task.name.prefix(15)))
    task.body()
    return nil
}
