import Foundation

/// A server program in a temporary directory, which ends with this process, in whatever way that ends, and leaves nothing
/// behind. It can be stopped and started again.
///
/// A shell watches over it: what the shell reads from its input are the words below, and the end of its input is the sign
/// to stop the server and to remove the directory.
package final class TemporaryServer: @unchecked Sendable {
    /// What there is to do, in the words of the shell. `$directory` is the directory, which is the working directory too;
    /// `$become` goes before a program that refuses to run as root.
    package struct Script: Sendable {
        package var name: String
        /// Is done once.
        package var prepare: String
        /// The server, in the foreground: `exec …`.
        package var serve: String
        /// Succeeds when the server answers.
        package var probe: String

        package init(name: String, prepare: String, serve: String, probe: String) {
            self.name = name
            self.prepare = prepare
            self.serve = serve
            self.probe = probe
        }
    }

    package struct NotStarted: Error, CustomStringConvertible {
        package let description: String
    }

    /// Where it has its files and its socket.
    package let directory: String
    private let name: String
    private let orders: FileHandle
    private let answers: FileHandle

    /// Makes the server and starts it.
    package init(_ script: Script) throws {
        name = script.name
        // The path of a socket has room for about 100 characters.
        directory = "/tmp/steward-t-" + UUID().uuidString.prefix(8).lowercased()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", Self.watch, "sh", directory, script.prepare, script.serve, script.probe]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        orders = input.fileHandleForWriting
        answers = output.fileHandleForReading
        try process.run()
        try expect("ready")
    }

    package func start() throws {
        try orders.write(contentsOf: Data("start\n".utf8))
        try expect("ready")
    }

    /// - Parameter signal: as kill(1) names it.
    package func stop(signal: String) throws {
        try orders.write(contentsOf: Data("\(signal)\n".utf8))
        try expect("stopped")
    }

    private func expect(_ word: String) throws {
        var text = ""
        while !text.hasSuffix("\(word)\n") {
            let piece = answers.availableData
            text += String(decoding: piece, as: UTF8.self)
            guard !piece.isEmpty, !text.hasSuffix("failed\n") else {
                throw NotStarted(description: "\(name) is not \(word): \(text)")
            }
        }
    }

    private static let watch = """
        directory=$1 prepare=$2 serve=$3 probe=$4
        mkdir -m 700 "$directory" || exit 1
        trap '' INT TERM HUP PIPE
        become=
        if [ "$(id -u)" = 0 ]; then
            user=postgres
            id "$user" >/dev/null 2>&1 || user=nobody
            chown "$user" "$directory"
            become="setpriv --reuid=$user --regid=$(id -g $user) --clear-groups"
        fi
        cd "$directory"
        begin() {
            (eval "$serve") >>"$directory.log" 2>&1 </dev/null &
            server=$!
            tries=0
            until (eval "$probe") >/dev/null 2>&1; do
                tries=$((tries + 1))
                if [ $tries -gt 600 ] || ! kill -0 $server 2>/dev/null; then
                    cat "$directory.log"; echo failed; return
                fi
                sleep 0.05
            done
            echo ready
        }
        if (set -e; eval "$prepare") >"$directory.log" 2>&1; then
            begin
            while read -r word; do
                if [ "$word" = start ]; then begin; continue; fi
                kill -"$word" $server
                wait $server
                server=
                echo stopped
            done
            # PostgreSQL ends at once at the first, PgBouncer at the second.
            [ -z "$server" ] || { kill -QUIT $server; kill -TERM $server; wait $server; }
        else
            cat "$directory.log"; echo failed
        fi
        cd /
        rm -rf "$directory" "$directory.log"
        """
}
