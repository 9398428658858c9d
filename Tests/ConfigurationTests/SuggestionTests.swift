import Diagnostics
import Testing

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("perod", "period"), ("peroid", "period"), ("Period", "period"), ("timeout_second", "timeout_seconds"),
        ("e-mail", "email"), ("stpes", "steps"), ("jb", "job"), ("ö", nil), ("xyz", nil), ("", nil), ("no", nil),
        ("retries", nil),
    ]) func `the nearest word is suggested, and none where none is near`(word: String, expected: String?) {
        let words = ["job", "period", "steps", "email", "timeout_seconds"]
        #expect(Suggestion.closest(to: word, among: words) == expected)
    }

    @Test func `of equally near words the first is suggested, of nearer ones the nearest`() {
        #expect(Suggestion.closest(to: "rats", among: ["rate", "cats"]) == "rate")
        #expect(Suggestion.closest(to: "rate_upp", among: ["rate_lo", "rate_up"]) == "rate_up")
    }

    @Test func `a hint is a question, or nothing`() {
        #expect(Suggestion.hint(for: "gros", among: ["gross"]) == "; did you mean \"gross\"?")
        #expect(Suggestion.hint(for: "net", among: ["gross"]) == "")
        #expect(Suggestion.hint(for: String(repeating: "a", count: 100_000), among: ["gross"]) == "")
    }
}
