import Foundation

/// Why Foundation could not do something with a file, in the words of the operating system.
package func fileErrorReason(_ error: any Error) -> String {
    let system = (error as? CocoaError)?.underlying as? POSIXError ?? error as? POSIXError
    if let system { return String(cString: strerror(system.code.rawValue)) }
    return switch (error as? CocoaError)?.code {
    case .fileWriteFileExists?: "It is there already"
    case .fileNoSuchFile?, .fileReadNoSuchFile?: "A folder or file on the way is missing"
    case .fileWriteNoPermission?, .fileReadNoPermission?: "Permission denied"
    case .fileWriteOutOfSpace?: "No space left on device"
    case .fileWriteVolumeReadOnly?: "Read-only file system"
    default: "The operating system refused it"
    }
}
