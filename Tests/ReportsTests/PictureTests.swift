import CompanyFixtures
import Documents
import Foundation
import Testing

@testable import Reports

/// Pictures of the standard reports for the documentation: scripts/picture-reports.
struct PictureTests {
    private static let folder = ProcessInfo.processInfo.environment["STEWARD_PICTURES"]
    private static let dotsPerInch = ProcessInfo.processInfo.environment["STEWARD_DOTS"].flatMap(Int.init) ?? 80

    /// A table that is wider than a page begins on a page of its own.
    private static let onSecondPage: Set<String> = ["payroll-register"]

    @Test(.enabled(if: folder != nil, "pictures are made by scripts/picture-reports"))
    func `the first page of each standard report with rows becomes a picture`() throws {
        let folder = try #require(Self.folder)
        try StandardReports.withCompany { demo in
            for name in StandardReports.names {
                let renderer = PictureRenderer(folder: folder, dotsPerInch: Self.dotsPerInch, maximumPages: 2)
                _ = try StandardReports.engine(name, demo).render(to: renderer, in: demo.store)
                let files = renderer.files
                let file = try #require(Self.onSecondPage.contains(name) ? files.last : files.first)
                let wanted = "\(folder)/\(name).png"
                try? FileManager.default.removeItem(atPath: wanted)
                try FileManager.default.moveItem(atPath: file, toPath: wanted)
                for other in files where other != file { try FileManager.default.removeItem(atPath: other) }
            }
        }
    }
}
