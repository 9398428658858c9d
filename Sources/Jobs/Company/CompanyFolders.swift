import Diagnostics
import Foundation

extension Company {
    /// Makes a folder of the company that only its owner may read, where there is none yet.
    package func makeFolder(_ relative: String) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path(relative), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                .failed, "The folder \(relative) cannot be made in \(directory).",
                advice: "Check who may write there and whether the disk is full.")
        }
    }
}
