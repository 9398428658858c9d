import CompanyFixtures
import Documents
import Foundation
import Testing

@testable import Reports

/// Pictures of the standard reports for the documentation: scripts/picture-reports.
struct PictureTests {
    private static let folder = ProcessInfo.processInfo.environment["STEWARD_PICTURES"]
    private static let dotsPerInch = ProcessInfo.processInfo.environment["STEWARD_DOTS"].flatMap(Int.init) ?? 80

    @Test(.enabled(if: folder != nil, "pictures are made by scripts/picture-reports"))
    func `the first page of each standard report with rows becomes a picture`() throws {
        let folder = try #require(Self.folder)
        try StandardReports.withCompany { demo in
            for name in StandardReports.names {
                let renderer = PictureRenderer(folder: folder, dotsPerInch: Self.dotsPerInch, maximumPages: 1)
                _ = try StandardReports.engine(name, demo).render(to: renderer, in: demo.store)
                let file = try #require(renderer.files.first)
                let wanted = "\(folder)/\(name).png"
                try? FileManager.default.removeItem(atPath: wanted)
                try FileManager.default.moveItem(atPath: file, toPath: wanted)
            }
        }
    }

    private static let workbooks = ProcessInfo.processInfo.environment["STEWARD_WORKBOOKS"]

    @Test(.enabled(if: workbooks != nil, "workbooks are made by scripts/picture-workbooks"))
    func `each standard report becomes a workbook to look at`() throws {
        let folder = try #require(Self.workbooks)
        try StandardReports.withCompany { demo in
            for name in StandardReports.names {
                let renderer = WorkbookRenderer(path: "\(folder)/\(name).xlsx")
                _ = try StandardReports.engine(name, demo).render(to: renderer, in: demo.store)
            }
        }
    }
}
