import CompanyFixtures
import Diagnostics
import Foundation
import Spreadsheets
import TestSupport
import Testing

@testable import Reports

/// LibreOffice, which computes every formula of a workbook anew.
enum OfficeJudge {
    private static let program = "/usr/bin/soffice"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    /// The workbooks as LibreOffice saves them, with the results that it comes to.
    ///
    /// By itself it believes what is stored in a workbook; its setting OOXMLRecalcMode, 0: always, says otherwise.
    static func recalculated(_ files: [URL], in directory: URL) throws -> [WorkbookReader] {
        let profile = directory.appending(path: "office-profile")
        let user = profile.appending(path: "user")
        try FileManager.default.createDirectory(at: user, withIntermediateDirectories: true)
        try Data(settings.utf8).write(to: user.appending(path: "registrymodifications.xcu"))
        let folder = directory.appending(path: "office")
        let office = Process()
        office.executableURL = URL(filePath: program)
        office.arguments =
            [
                "-env:UserInstallation=file://\(profile.path)", "--headless", "--convert-to",
                "xlsx:Calc MS Excel 2007 XML", "--outdir", folder.path,
            ] + files.map(\.path)
        office.standardOutput = FileHandle.nullDevice
        office.standardError = FileHandle.nullDevice
        try office.run()
        office.waitUntilExit()
        guard office.terminationStatus == 0 else { throw Failure(.failed, "LibreOffice refuses a workbook") }
        return try files.map { try WorkbookReader(folder.appending(path: $0.lastPathComponent)) }
    }

    private static let settings = """
        <?xml version="1.0" encoding="UTF-8"?>
        <oor:items xmlns:oor="http://openoffice.org/2001/registry">
        <item oor:path="/org.openoffice.Office.Calc/Formula/Load">
        <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
        </item>
        </oor:items>
        """

    /// Expects every stored result of the workbooks to be what LibreOffice comes to.
    ///
    /// - Returns: the formulas that were compared.
    static func expectSameResults(_ files: [URL], in directory: URL) throws -> Int {
        var compared = 0
        for (file, theirs) in zip(files, try recalculated(files, in: directory)) {
            let ours = try WorkbookReader(file)
            #expect(ours.names == theirs.names)
            for (name, sheet) in ours.sheets {
                let computed = try #require(theirs.sheets[name]).cells
                #expect(!computed.values.contains { $0.hasPrefix("#") && $0.hasSuffix("!") })
                for cell in sheet.formulas.keys {
                    let (stored, found) = (sheet.cells[cell] ?? "", computed[cell] ?? "")
                    if let value = Double(stored), let result = Double(found) {
                        #expect(abs(value - result) < 0.005, "\(file.lastPathComponent) \(name)!\(cell)")
                    } else {
                        #expect(stored == found, "\(file.lastPathComponent) \(name)!\(cell)")
                    }
                    compared += 1
                }
            }
        }
        return compared
    }
}

@Suite(.enabled(if: OfficeJudge.isInstalled, "LibreOffice is not installed"))
struct OfficeJudgeTests {
    @Test func `LibreOffice does not believe a stored result`() throws {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "wrong.xlsx")
            let workbook = try Workbook(path: file.path, WorkbookProperties(title: "Wrong", created: DemoCompany.now))
            let table = try workbook.addTable(named: "Sums", columns: [.integer("A"), .integer("B")])
            try table.append { row in
                row.integer(2)
                row.cell(.formula("A2*3", result: .integer(7)))
            }
            _ = try workbook.close()
            #expect(try WorkbookReader(file).sheets["Sums"]?.cells["B2"] == "7")
            let theirs = try OfficeJudge.recalculated([file], in: directory)
            #expect(theirs.first?.sheets["Sums"]?.cells["B2"] == "6")
        }
    }

    @Test func `it comes to the sums that the workbooks of the standard reports carry`() throws {
        try StandardReports.withCompany { demo in
            let files = try StandardReports.names.map { name in
                let file = demo.directory.appending(path: "\(name).xlsx")
                _ = try StandardReports.engine(name, demo).render(
                    to: WorkbookRenderer(path: file.path), in: demo.store)
                return file
            }
            let compared = try OfficeJudge.expectSameResults(files, in: demo.directory)
            #expect(compared > 100, "\(compared)")
        }
    }
}
