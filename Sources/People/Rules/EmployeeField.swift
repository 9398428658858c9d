import Amounts
import Calendars
import Configuration

/// One thing that can be known of an employee: its name, what its values are, and how they count.
package struct EmployeeField: Sendable {
    /// As in a column of a file and in a formula: `annual_salary`.
    package let name: String
    package let type: ValueType
    package let nature: Nature
    /// What it means, in a few words.
    package let description: String

    package init(_ name: String, _ type: ValueType, _ nature: Nature = .state, description: String) {
        self.name = name
        self.type = type
        self.nature = nature
        self.description = description
    }

    package enum Nature: String, CaseIterable, Sendable {
        /// It holds from a day on, until another value takes its place: a salary, a tax code.
        case state
        /// It happened, and counts in the pay period that holds its first day: overtime hours, a bonus.
        case occurrence
    }

    package enum ValueType: Sendable {
        case text
        case date
        /// Zero or more, in the company's currency.
        case amount(Currency)
        /// Any sign, in the company's currency.
        case signedAmount(Currency)
        /// Zero or more.
        case quantity
        /// 0 to 1, or 0 % to 100 %.
        case rate
        case bool
        case choice([String])
        /// A value with a grammar of its own: a tax code.
        case checked(ScalarReader<String>)
    }
}

extension EmployeeField.ValueType {
    /// Reads a value into the one form in which it is kept, so that equal values have equal text.
    package var reader: ScalarReader<String> {
        switch self {
        case .text:
            .text
        case .date:
            .canonical(.date) { $0.description }
        case .amount(let currency):
            .canonical(.nonNegativeMoney(currency)) { $0.plainText }
        case .signedAmount(let currency):
            .canonical(.money(currency)) { $0.plainText }
        case .quantity:
            .canonical(
                ScalarReader<Quantity>.quantity.satisfying("is negative", expected: "zero or more, e.g. 37.5") {
                    !$0.decimal.isNegative
                }
            ) { $0.decimal.normalized.description }
        case .rate:
            .canonical(
                ScalarReader<Rate>.rate.satisfying("is not between 0% and 100%", expected: "e.g. 5% or 0.05") {
                    $0 >= .zero && $0 <= .one
                }
            ) { $0.decimal.normalized.description }
        case .bool:
            .canonical(.bool) { "\($0)" }
        case .choice(let choices):
            .choice(choices.map { ($0, $0) }, placeholder: choices.first ?? "")
        case .checked(let reader):
            reader
        }
    }
}

extension ScalarReader<String> {
    /// Reads with `reader` and keeps the value as the text that `text` makes of it.
    package static func canonical<Read>(
        _ reader: ScalarReader<Read>, _ text: @escaping @Sendable (Read) -> String
    ) -> ScalarReader<String> {
        ScalarReader(expected: reader.expected, placeholder: text(reader.placeholder)) { raw throws(ScalarRejection) in
            text(try reader.read(raw))
        }
    }
}
