extension CalendarDate {
    /// Easter Sunday of the Gregorian calendar, as the western churches keep it.
    ///
    /// Source: the anonymous algorithm of "Nature", 20 April 1876, in J. Meeus, "Astronomical Algorithms" (1991),
    /// chapter 8; its letters are kept, so that it can be compared.
    ///
    /// - Returns: nil before 1583, the first Easter of that calendar, and after 9999.
    package static func easterSunday(in year: Int) -> CalendarDate? {
        guard (1_583...9_999).contains(year) else { return nil }
        let a = year % 19
        let (b, c) = year.quotientAndRemainder(dividingBy: 100)
        let (d, e) = b.quotientAndRemainder(dividingBy: 4)
        let f = (b + 8) / 25
        let g = (b - f + 1) / 3
        let h = (19 * a + b - d - g + 15) % 30
        let (i, k) = c.quotientAndRemainder(dividingBy: 4)
        let l = (32 + 2 * e + 2 * i - h - k) % 7
        let m = (a + 11 * h + 22 * l) / 451
        let (month, dayBefore) = (h + l - 7 * m + 114).quotientAndRemainder(dividingBy: 31)
        return CalendarDate(year: year, month: month, day: dayBefore + 1)
    }
}
