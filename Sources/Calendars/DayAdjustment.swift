/// What becomes of a date that falls on a weekend or a holiday.
///
/// Source: ISDA 2006 Definitions, section 4.12, "Business Day Convention".
package enum DayAdjustment: String, CaseIterable, Sendable {
    /// It stays.
    case none
    /// The next business day.
    case following
    /// The business day before.
    case preceding
    /// The next business day, or the one before where the next is in another month.
    case modifiedFollowing = "modified_following"
}
