import Amounts

/// What a kind says when it has finished, for the person who reads `run show`.
package struct RunSummary: Hashable, Sendable {
    /// Figures in the order in which they are shown: ("payslips", "40"), ("net pay", "GBP 61204.17").
    package var figures: [Figure]
    /// Files that the run wrote, by path relative to the company directory.
    package var files: [String]

    package struct Figure: Hashable, Sendable {
        package var label: String
        package var value: String

        package init(_ label: String, _ value: String) {
            self.label = label
            self.value = value
        }

        package init(_ label: String, _ money: Money) {
            self.init(label, money.description)
        }

        /// The value, where it is money: it is kept as programs read it and shown as people do.
        package var money: Money? {
            let parts = value.split(separator: " ")
            guard parts.count == 2, let currency = Currency(String(parts[0])) else { return nil }
            return Money(parts[1], currency)
        }
    }

    package init(figures: [Figure] = [], files: [String] = []) {
        self.figures = figures
        self.files = files
    }

    /// One figure a line, `label: value`, then `file: path`: how it is kept in the store.
    var text: String {
        (figures.map { "\($0.label): \($0.value)" } + files.map { "file: \($0)" }).joined(separator: "\n")
    }

    /// Reads what `text` wrote.
    init(text: String) {
        var figures: [Figure] = []
        var files: [String] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
            guard parts.count == 2 else { continue }
            if parts[0] == "file" {
                files.append(String(parts[1]))
            } else {
                figures.append(Figure(String(parts[0]), String(parts[1])))
            }
        }
        self.init(figures: figures, files: files)
    }
}
