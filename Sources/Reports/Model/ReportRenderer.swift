/// Makes a report into a file, row by row: memory does not grow with them.
///
/// It is told everything in order: `begin`, then for each sheet `beginSheet`, its rows, `endSheet`, then `finish`.
/// The same calls give the same bytes. When any call throws, no other follows, and nothing is left of the file.
package protocol ReportRenderer: AnyObject {
    func begin(_ heading: ReportHeading) throws
    func beginSheet(_ sheet: ReportSheetHeading) throws
    func row(_ row: ReportRow) throws
    func endSheet(_ end: ReportSheetEnd) throws
    /// Finishes the file and gives it its name.
    ///
    /// - Returns: what a reader should know of the file: a sheet that was renamed, a text that was cut.
    func finish(_ end: ReportEnd) throws -> [String]
    /// Leaves nothing of what was written.
    func discard()
}
