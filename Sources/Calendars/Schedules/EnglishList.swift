/// Lists and names as an English sentence has them.
enum EnglishList {
    /// `1`, `1 and 3`, `1, 3 and 5`.
    static func joined(_ words: [String], by conjunction: String = "and") -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }

    /// `1 to 5, 8 and 9`: three and more in a row are a range.
    static func ranges(_ values: [Int], _ name: (Int) -> String) -> String {
        var words: [String] = []
        var index = 0
        while index < values.count {
            var end = index
            while end + 1 < values.count, values[end + 1] == values[end] + 1 { end += 1 }
            if end - index >= 2 {
                words.append("\(name(values[index])) to \(name(values[end]))")
            } else {
                words += values[index...end].map(name)
            }
            index = end + 1
        }
        return joined(words)
    }

    /// `first`, `second`, …, `21st`.
    static func ordinal(_ number: Int) -> String {
        let words = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
        if words.indices.contains(number - 1) { return words[number - 1] }
        let suffix =
            switch number % 10 {
            case 1 where number % 100 != 11: "st"
            case 2 where number % 100 != 12: "nd"
            case 3 where number % 100 != 13: "rd"
            default: "th"
            }
        return "\(number)\(suffix)"
    }

    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    static func month(_ number: Int) -> String {
        months.indices.contains(number - 1) ? months[number - 1] : "month \(number)"
    }

    /// Monday first, as weeks are read; 0 and 7 are Sunday.
    static func weekday(_ number: Int) -> String { capitalized(Weekday.allCases[(number + 6) % 7].name) }

    static func capitalized(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    static func uncapitalized(_ sentence: String) -> String {
        sentence.prefix(1).lowercased() + sentence.dropFirst()
    }

    /// `30 seconds`, `1 hour`, `2 days`: the longest unit that fits.
    static func duration(seconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400, "day"), (3_600, "hour"), (60, "minute")]
        let (length, name) = units.first { seconds % $0.0 == 0 } ?? (1, "second")
        let count = seconds / length
        return "\(count) \(name)\(count == 1 ? "" : "s")"
    }
}
