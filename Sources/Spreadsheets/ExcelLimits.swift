/// The bounds of an xlsx workbook.
///
/// Source: Microsoft, "Excel specifications and limits".
package enum ExcelLimits {
    /// Rows of one sheet, the header included. What is beyond goes on in a next sheet.
    package static let rows = 1_048_576
    package static let columns = 16_384
    /// UTF-16 code units of one cell. A longer text is cut, with a mark at its end.
    package static let textUnits = 32_767
    package static let sheetNameUnits = 31
    /// Decimal digits that Excel keeps and shows of a number. A longer amount is written as text.
    package static let significantDigits = 15
    /// Characters of a link's target.
    package static let linkCharacters = 2_079
    /// Links of one sheet. What is beyond is written as plain text.
    package static let linksPerSheet = 65_530
    /// Characters of a header or footer of a printed page, with their control codes.
    package static let pageHeaderCharacters = 255
    /// Characters of a property's name or text.
    package static let propertyCharacters = 255
}
