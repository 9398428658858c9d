import CXLSXWriter
import Calendars
import Files
import Glibc

/// An Excel workbook that is written once, from the first row to the last.
///
/// ```swift
/// let notes = try Workbook.write(to: "register.xlsx", properties) { workbook in
///     let register = try workbook.addTable(named: "Register", columns: [.text("Employee"), .money("Gross", .gbp)])
///     for payslip in payslips {
///         try register.append { row in
///             row.text(payslip.employee)
///             row.money(payslip.gross)
///         }
///     }
///     try register.appendTotals(label: "Total")
/// }
/// ```
/// The file appears under its name when it is whole and on the disk; until then, and after any error, what was there
/// before stays. The same data and properties give the same bytes: no clock, no random name, no place enters the file.
/// Memory does not grow with the rows of tables; temporary files lie in the folder of the file and have no names.
package final class Workbook {
    private let output: WholeFile
    private let writer: WorkbookWriter
    private var tables: [TableSheet] = []
    private var summaries: [SummarySheet] = []
    private var reports: [ReportSheet] = []

    /// Writes a workbook and closes it; when `body` throws, nothing is left.
    ///
    /// - Returns: what a reader should know; see `SpreadsheetNote`.
    @discardableResult
    package static func write(
        to path: String, _ properties: WorkbookProperties, _ body: (Workbook) throws -> Void
    ) throws -> [SpreadsheetNote] {
        let workbook = try Workbook(path: path, properties)
        try body(workbook)
        return try workbook.close()
    }

    /// Begins a workbook. Its folder must exist.
    package init(path: String, _ properties: WorkbookProperties) throws(SpreadsheetError) {
        // The library writes numbers with the C library, whose decimal point depends on the process.
        let decimalPoint = localeconv().pointee.decimal_point.map { String(cString: $0) } ?? "."
        guard decimalPoint == "." else { throw .unusableLocale(decimalPoint: decimalPoint) }
        do throws(FileError) { output = try WholeFile(path: path) } catch { throw SpreadsheetError(error) }
        let (partialPath, directory) = (output.partialPath, output.directory)
        let workbook = withCStrings([directory]) { strings in
            var options = lxw_workbook_options()
            options.constant_memory = 1
            options.tmpdir = strings[0]
            return workbook_new_opt(partialPath, &options)
        }
        guard let workbook else {
            throw .library(path: path, operation: "beginning the workbook", reason: "out of memory")
        }
        writer = WorkbookWriter(workbook: workbook, path: path, properties: properties)
        do throws(SpreadsheetError) {
            try properties.apply(to: workbook, writer: writer)
        } catch {
            discard()
            throw error
        }
    }

    deinit { discard() }

    /// What a reader of the file should know, so far.
    package var notes: [SpreadsheetNote] { writer.notes.notes }

    /// A sheet of rows, after the sheets there are.
    package func addTable(
        named name: String, columns: [Column], layout: TableLayout = TableLayout()
    ) throws(SpreadsheetError) -> TableSheet {
        let table = try TableSheet(writer: writer, name: name, columns: columns, layout: layout)
        tables.append(table)
        return table
    }

    /// A page of facts, small tables and charts, after the sheets there are; add it first to have it first.
    package func addSummary(
        named name: String, title: String, subtitle: String = "", page: PageSetup = PageSetup(.portrait)
    ) throws(SpreadsheetError) -> SummarySheet {
        let summary = try SummarySheet(writer: writer, name: name, title: title, subtitle: subtitle, page: page)
        summaries.append(summary)
        return summary
    }

    /// A page of figures under groups of columns, such as a financial statement, after the sheets there are.
    package func addReport(
        named name: String, title: String, subtitle: String, columns: [ReportSheet.Column],
        page: PageSetup = PageSetup()
    ) throws(SpreadsheetError) -> ReportSheet {
        let report = try ReportSheet(
            writer: writer, name: name, title: title, subtitle: subtitle, columns: columns, page: page)
        reports.append(report)
        return report
    }

    /// Finishes the file and gives it its name.
    ///
    /// - Returns: what a reader should know.
    @discardableResult
    package func close() throws(SpreadsheetError) -> [SpreadsheetNote] {
        try writer.requireOpen()
        do throws(SpreadsheetError) {
            guard !writer.parts.isEmpty else { throw .noSheet(path: output.path) }
            for table in tables { try table.finish() }
            for summary in summaries { try summary.finish() }
            for report in reports { try report.finish() }
            let sizes = try streamedSizes()
            try requireRoom(for: sizes)
            // Sizes of 4 GiB and more need the larger form of the zip format.
            let fourGigabytes: Int64 = 4_000_000_000
            if sizes.values.contains(where: { $0 > fourGigabytes / 2 }) {
                writer.workbook.pointee.options.use_zip64 = 1
            }
            writer.isOpen = false
            // It frees the workbook, whether it succeeds or not.
            try writer.check(workbook_close(writer.workbook), "finishing the file")
            try requireWhole(sizes)
            do throws(FileError) { try output.publish() } catch { throw SpreadsheetError(error) }
        } catch {
            discard()
            throw error
        }
        return writer.notes.notes
    }

    /// Throws away what was written; nothing of it is left.
    package func discard() {
        if writer.isOpen {
            writer.isOpen = false
            // The library leaves these open when it frees a workbook that was not closed.
            for part in writer.parts {
                if let file = part.worksheet.pointee.optimize_tmpfile { fclose(file) }
            }
            lxw_workbook_free(writer.workbook)
        }
        output.discard()
    }

    // MARK: A full disk

    /// Bytes of the rows of each streamed sheet, by the number of the sheet. The library does not look whether its
    /// temporary files could be written; so we do.
    private func streamedSizes() throws(SpreadsheetError) -> [Int: Int64] {
        var sizes: [Int: Int64] = [:]
        for part in writer.parts {
            guard let file = part.worksheet.pointee.optimize_tmpfile else { continue }
            lxw_worksheet_write_single_row(part.worksheet)
            guard fflush(file) == 0, ferror(file) == 0 else {
                let reason = errno == 0 ? "input/output error" : FileError.systemReason
                throw .cannotWrite(path: output.path, reason: reason)
            }
            sizes[part.number] = Int64(ftello(file))
        }
        return sizes
    }

    /// The sheets are copied one after the other into a temporary file each, and packed from there.
    private func requireRoom(for sizes: [Int: Int64]) throws(SpreadsheetError) {
        let margin: Int64 = 1_000_000
        let packed = sizes.values.reduce(0, +) / 4
        let needed = (sizes.values.max() ?? 0) + packed + margin
        let free = output.freeBytes
        guard free >= needed else { throw .diskTooFull(path: output.path, neededBytes: needed, freeBytes: free) }
    }

    /// Whether every row of every streamed sheet has come into the file.
    private func requireWhole(_ sizes: [Int: Int64]) throws(SpreadsheetError) {
        guard let members = ZipDirectory.sizes(of: output.partialPath), output.freeBytes > 0 else {
            throw .cannotWrite(path: output.path, reason: "it came out incomplete")
        }
        for (number, size) in sizes {
            // Nil is one of 4 GiB or more.
            guard let unpacked = members["xl/worksheets/sheet\(number).xml"] else { continue }
            guard unpacked > size else {
                throw .cannotWrite(path: output.path, reason: "sheet \(number) came out incomplete")
            }
        }
    }
}

extension WorkbookProperties {
    fileprivate func apply(
        to workbook: UnsafeMutablePointer<lxw_workbook>, writer: WorkbookWriter
    ) throws(SpreadsheetError) {
        let texts = [title, subject, author, company, keywords, comments].map(Self.fitting)
        let error = withCStrings(texts) { strings in
            var properties = lxw_doc_properties()
            properties.title = strings[0]
            properties.subject = strings[1]
            properties.author = strings[2]
            properties.company = strings[3]
            properties.keywords = strings[4]
            properties.comments = strings[5]
            // The library takes 0 for "now".
            let seconds = Int(created.secondsSinceEpoch)
            properties.created = seconds == 0 ? 1 : seconds
            return workbook_set_properties(workbook, &properties)
        }
        try writer.check(error, "the properties")
        for (name, value) in custom {
            let name = Self.fitting(name)
            let error =
                switch value {
                case .text(let text): workbook_set_custom_property_string(workbook, name, Self.fitting(text))
                case .integer(let integer): workbook_set_custom_property_integer(workbook, name, integer)
                case .boolean(let boolean): workbook_set_custom_property_boolean(workbook, name, boolean ? 1 : 0)
                case .date(let date):
                    setProperty(name, date, of: workbook)
                }
            try writer.check(error, "property \"\(name)\"")
        }
    }

    private func setProperty(
        _ name: String, _ date: CalendarDate, of workbook: UnsafeMutablePointer<lxw_workbook>
    ) -> lxw_error {
        let (year, month, day) = date.parts
        var midnight = lxw_datetime()
        midnight.year = Int32(year)
        midnight.month = Int32(month)
        midnight.day = Int32(day)
        return workbook_set_custom_property_datetime(workbook, name, &midnight)
    }

    private static func fitting(_ text: String) -> String {
        CellText.cleaned(text, limit: ExcelLimits.propertyCharacters).text
    }
}
