/// What becomes of a day that is no business day of the schedule's calendar.
package enum ClosedDayRule: String, CaseIterable, Hashable, Sendable {
    /// It is kept.
    case run
    /// It is left out.
    case skip
    /// The business day before takes its place.
    case preceding
    /// The next business day takes its place.
    case following
    /// The next business day, or the one before where the next is in another month.
    case modifiedFollowing = "modified_following"

    package init(_ adjustment: DayAdjustment) {
        self =
            switch adjustment {
            case .none: .run
            case .following: .following
            case .preceding: .preceding
            case .modifiedFollowing: .modifiedFollowing
            }
    }
}
