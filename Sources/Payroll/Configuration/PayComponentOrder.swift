import Diagnostics
import Formulas

/// Puts components behind all that they are computed from.
enum PayComponentOrder {
    /// Indices in an order of computation, as near to the order of the file as can be; nil, with a problem for each
    /// circle, when there is none.
    static func sorted(
        _ components: [PayComponent], problems: inout ProblemList
    ) -> [Int]? {
        let order = DependencyOrder(
            components.map { component in
                sources(of: component, among: components).map { (target: $0, tag: 0) }
            })
        for cycle in order.cycles {
            let path = (cycle.members + cycle.members.prefix(1)).map { components[$0].code }
            problems.add(
                "the components are computed from each other in a circle: " + path.joined(separator: " → "),
                expected: "a component that needs none of those that need it",
                at: components[cycle.closing].location)
        }
        return order.cycles.isEmpty ? order.order : nil
    }

    /// The components whose amounts must be known first.
    private static func sources(of component: PayComponent, among all: [PayComponent]) -> [Int] {
        let names: Set<String> =
            switch component.computation {
            case .formula(let formula, let when, _): Set(formula.inputNames).union(when?.inputNames ?? [])
            case .statutory(let method): [method.base]
            }
        return all.indices.filter { index in
            let other = all[index]
            if names.contains(other.code) { return true }
            if case .earning = other.kind, names.contains("gross") { return true }
            return (other.bases + other.reduces).contains { names.contains($0) }
        }
    }
}
