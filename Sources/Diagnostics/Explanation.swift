/// How a figure came about, step by step, for `steward explain`.
///
/// A rule that can be explained takes `explanation: inout Explanation?` and writes its steps with optional chaining, so
/// that a bulk run, which passes nil, pays nothing for it.
package struct Explanation: Hashable, Sendable {
    package private(set) var steps: [Step] = []

    package init() {}

    /// One step: what was computed from what, and where its numbers come from.
    package struct Step: Hashable, Sendable, Codable {
        /// What the step finds: "Free pay to date".
        package var label: String
        /// The computation with its values in place: "1257 × 10 + 9 = 12,579; ÷ 12 × 8".
        package var computation: String
        /// The figure found: "8,386.00".
        package var result: String
        /// The rounding that made it so: "up to the penny".
        package var rounding: String?
        /// Where the rule or the table row is published.
        package var source: String?

        package init(
            _ label: String, computation: String, result: String, rounding: String? = nil, source: String? = nil
        ) {
            self.label = label
            self.computation = computation
            self.result = result
            self.rounding = rounding
            self.source = source
        }
    }

    package mutating func add(_ step: Step) {
        steps.append(step)
    }

    package mutating func add(
        _ label: String, computation: String, result: String, rounding: String? = nil, source: String? = nil
    ) {
        add(Step(label, computation: computation, result: result, rounding: rounding, source: source))
    }
}
