/// How the titles of a table's columns are broken into lines.
enum TitleLines {
    /// A table of many columns takes three lines for long titles, so that it stays narrow enough to be printed.
    static let manyColumns = 13
    static let pointsPerLine = 16.0

    /// The lines of a header row: one where every title is short.
    static func count(for titles: [String]) -> Int {
        let isLong = titles.contains { $0.count > 12 && $0.contains(" ") }
        guard isLong else { return 1 }
        return titles.count >= manyColumns ? 3 : 2
    }

    /// The width in characters that a title needs to fit into so many lines, broken between words.
    static func width(of title: String, lines: Int) -> Int {
        let words = title.split(separator: " ").map(\.count)
        guard let longest = words.max() else { return 0 }
        return (longest...max(longest, title.count)).first { needed(words, width: $0) <= lines } ?? title.count
    }

    /// The lines that words of these lengths take in so many characters.
    private static func needed(_ words: [Int], width: Int) -> Int {
        var lines = 1
        var used = 0
        for word in words {
            if used == 0 {
                used = word
            } else if used + 1 + word <= width {
                used += 1 + word
            } else {
                lines += 1
                used = word
            }
        }
        return lines
    }
}
