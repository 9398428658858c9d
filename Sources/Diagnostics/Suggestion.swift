/// "Did you mean …?": the known word that an unknown one was most likely meant to be.
package enum Suggestion {
    /// Words longer than this many characters get no suggestion: they are no typing errors.
    package static let maximumWordCharacters = 64

    /// The candidate that takes the fewest edits to reach from `word`; nil when none is near enough to be what was meant.
    ///
    /// An edit is a character inserted, left out, replaced, or swapped with its neighbour. Near enough is one edit for
    /// every three characters, at least one. Case does not count. Of equally near candidates the first one wins.
    package static func closest(to word: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(word.lowercased())
        guard !wanted.isEmpty, wanted.count <= maximumWordCharacters else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased())
            let limit = min(max(1, max(wanted.count, other.count) / 3), (best?.distance ?? .max) - 1)
            guard limit >= 0, other.count <= maximumWordCharacters, abs(wanted.count - other.count) <= limit else {
                continue
            }
            let distance = editDistance(wanted, other)
            // A word of one or two letters is one edit from every other such word.
            guard distance <= limit, distance < max(wanted.count, other.count) else { continue }
            best = (candidate, distance)
        }
        return best?.word
    }

    /// `; did you mean "period"?`, to append to a message; empty when no candidate is near.
    package static func hint(for word: String, among candidates: some Sequence<String>) -> String {
        closest(to: word, among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// ` Did you mean "period"?`, to append to a sentence; empty when no candidate is near.
    package static func question(for word: String, among candidates: some Sequence<String>) -> String {
        closest(to: word, among: candidates).map { " Did you mean \"\($0)\"?" } ?? ""
    }

    /// Edits between two words: the optimal string alignment distance.
    static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            row.reserveCapacity(b.count + 1)
            for j in 1...b.count {
                let replacement = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                var distance = min(last[j] + 1, row[j - 1] + 1, replacement)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    distance = min(distance, beforeLast[j - 2] + 1)
                }
                row.append(distance)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
