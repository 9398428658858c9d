import Diagnostics
import Foundation
import Payroll
import TestSupport

/// The packs that ship with the project, and official figures of `fixtures/official`.
enum GBTest {
    private static let loaded = Result {
        try GBPacks.load(
            folder: repositoryRoot.appending(path: "config/packs/gb").path, shownAs: "config/packs/gb")
    }

    static func packs() throws -> GBPacks { try loaded.get() }

    static func pack(_ year: String) throws -> GBPack {
        guard let year = GBTaxYear(year) else { throw Failure(.failed, "\(year) is not a tax year") }
        return try packs().pack(of: year)
    }

    static func official(_ name: String) throws -> [[String: String]] {
        try Vectors.table(repositoryRoot.appending(path: "fixtures/official/\(name)"))
    }
}
