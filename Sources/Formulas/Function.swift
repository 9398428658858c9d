/// The functions of the language.
enum Function: String, CaseIterable, Sendable {
    case min, max, clamp, abs, round
    case bracket, lookup, has
    case year, month, day, date
    case addMonths = "add_months"
    case monthsBetween = "months_between"
    case yearsBetween = "years_between"
    case money, rate, quantity
    case contains
    case startsWith = "starts_with"
    case endsWith = "ends_with"

    /// How it is called, for errors.
    var usage: String {
        switch self {
        case .min: "min(a, b, …)"
        case .max: "max(a, b, …)"
        case .clamp: "clamp(x, lowest, highest)"
        case .abs: "abs(x)"
        case .round: "round(x, places) or round(x, places, rounding)"
        case .bracket: "bracket(table, x)"
        case .lookup: "lookup(table, key)"
        case .has: "has(input)"
        case .year: "year(date)"
        case .month: "month(date)"
        case .day: "day(date)"
        case .date: "date(\"2026-04-06\")"
        case .addMonths: "add_months(date, months)"
        case .monthsBetween: "months_between(start, end)"
        case .yearsBetween: "years_between(start, end)"
        case .money: "money(x)"
        case .rate: "rate(x)"
        case .quantity: "quantity(x)"
        case .contains: "contains(text, part)"
        case .startsWith: "starts_with(text, beginning)"
        case .endsWith: "ends_with(text, ending)"
        }
    }

    var argumentCounts: ClosedRange<Int> {
        switch self {
        case .min, .max: 2...Int.max
        case .clamp: 3...3
        case .round: 2...3
        case .bracket, .lookup, .addMonths, .monthsBetween, .yearsBetween, .contains, .startsWith, .endsWith: 2...2
        case .abs, .has, .year, .month, .day, .date, .money, .rate, .quantity: 1...1
        }
    }

    /// Whether the argument at `index` is a bare word: a table, an input, a rounding.
    func takesWord(at index: Int) -> Bool {
        switch self {
        case .bracket, .lookup, .has: index == 0
        case .round: index == 2
        default: false
        }
    }
}
