import Amounts
import Calendars
import Jobs
import Store

/// What a payroll run is for and what it was computed with.
package struct PayrollRunRecord: Hashable, Sendable {
    package var run: RunID
    package var payGroup: String
    package var period: Period
    package var days: ClosedRange<CalendarDate>
    package var payDate: CalendarDate
    package var taxYear: String
    package var taxPeriod: Int
    package var currency: Currency
    package var pack: String
    package var packChecksum: String
    package var componentsChecksum: String

    static let columns = """
        run_id, pay_group, period, first_day, last_day, pay_date, tax_year, tax_period, currency, pack, pack_checksum,
        components_checksum
        """

    init(
        run: RunID, payGroup: String, period: PayPeriod, taxYear: String, taxPeriod: Int, currency: Currency,
        pack: String, packChecksum: String, componentsChecksum: String
    ) {
        self.run = run
        self.payGroup = payGroup
        self.period = period.period
        days = period.days
        payDate = period.payDate
        self.taxYear = taxYear
        self.taxPeriod = taxPeriod
        self.currency = currency
        self.pack = pack
        self.packChecksum = packChecksum
        self.componentsChecksum = componentsChecksum
    }

    /// Reads `columns`.
    init(_ row: Row) throws {
        run = try row.id(0)
        payGroup = try row.text(1)
        period = try row.period(2)
        let first = try row.date(3)
        days = first...max(first, try row.date(4))
        payDate = try row.date(5)
        taxYear = try row.text(6)
        taxPeriod = Int(try row.int(7))
        currency = try row.currency(8)
        pack = try row.text(9)
        packChecksum = try row.text(10)
        componentsChecksum = try row.text(11)
    }
}
