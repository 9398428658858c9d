/// An order of nodes in which each comes after those that it depends on, and the circles that forbid it.
package struct DependencyOrder {
    package struct Cycle {
        /// The nodes of the circle; each depends on the next one, the last on the first.
        package var members: [Int]
        /// The last of them, whose dependency closes the circle.
        package var closing: Int
        /// The tag of that dependency.
        package var tag: Int
    }

    /// Every node once; within a circle in no meaningful order.
    package private(set) var order: [Int] = []
    /// One for each dependency that closes a circle.
    package private(set) var cycles: [Cycle] = []

    private enum State {
        case new, open, done
    }

    /// A walk in depth, with its own stack: a chain of thousands is no danger to the thread's.
    ///
    /// - Parameter dependencies: by node, the nodes that it depends on, each with a tag for reports.
    package init(_ dependencies: [[(target: Int, tag: Int)]]) {
        var states = Array(repeating: State.new, count: dependencies.count)
        var path: [(node: Int, next: Int)] = []
        for start in dependencies.indices where states[start] == .new {
            states[start] = .open
            path.append((start, 0))
            while let (node, next) = path.last {
                guard next < dependencies[node].count else {
                    states[node] = .done
                    order.append(node)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let (target, tag) = dependencies[node][next]
                switch states[target] {
                case .done: continue
                case .new:
                    states[target] = .open
                    path.append((target, 0))
                case .open:
                    let members = path.drop { $0.node != target }.map(\.node)
                    cycles.append(Cycle(members: members, closing: node, tag: tag))
                }
            }
        }
    }
}
