/// Chooses the widths of a table's columns, its type size and its orientation, and where it must go on side by side.
///
/// In this order: upright in the usual size, across, smaller down to `leastSize`, and at last on several pages side by
/// side, each of which begins with the key columns.
struct ColumnWidths {
    /// What a column needs, in points at a type size of 10, without the space between columns.
    struct Need {
        /// The longest word, or the whole figure.
        var least: Double
        /// The longest text, within bounds.
        var natural: Double
    }

    /// Columns that stand on one page, with their widths in points.
    struct Slice: Equatable {
        var columns: [Int]
        var widths: [Double]

        var width: Double { widths.reduce(0, +) }
    }

    struct Choice: Equatable {
        var isLandscape: Bool
        var size: Double
        var slices: [Slice]
    }

    static let usualSize = 8.5
    static let leastSize = 6.5
    /// In points, between a cell's text and the edge of its column.
    static let padding = 3.5
    /// A column is not widened beyond this times what it needs.
    private static let growth = 1.35
    /// Text columns that get less than this part of what they would like make the table try a wider page.
    private static let comfort = 0.72

    let needs: [Need]
    let keyColumns: Int

    /// - Parameter pages: the widths of the upright page and of the one across, where each is allowed.
    func choice(portrait: Double?, landscape: Double?) -> Choice {
        var attempts: [(isLandscape: Bool, width: Double, size: Double, comfort: Double)] = []
        if let portrait { attempts.append((false, portrait, Self.usualSize, Self.comfort)) }
        if let landscape {
            attempts.append((true, landscape, Self.usualSize, Self.comfort))
            attempts += [8, 7.5].map { (true, landscape, $0, Self.comfort - 0.12) }
            attempts += [7, Self.leastSize].map { (true, landscape, $0, 0) }
        } else if let portrait {
            attempts += [8, 7.5, 7, Self.leastSize].map { (false, portrait, $0, 0) }
        }
        let all = Array(needs.indices)
        for attempt in attempts {
            if let widths = widths(of: all, in: attempt.width, size: attempt.size, comfort: attempt.comfort) {
                return Choice(
                    isLandscape: attempt.isLandscape, size: attempt.size, slices: [Slice(columns: all, widths: widths)])
            }
        }
        let size = 8.0
        let width = landscape ?? portrait ?? 0
        return Choice(isLandscape: landscape != nil, size: size, slices: slices(in: width, size: size))
    }

    /// Nil where the columns do not fit, or only with less than `comfort`.
    private func widths(of columns: [Int], in room: Double, size: Double, comfort: Double) -> [Double]? {
        let scale = size / 10
        let least = columns.map { needs[$0].least * scale + 2 * Self.padding }
        let natural = columns.map { max(needs[$0].least, needs[$0].natural) * scale + 2 * Self.padding }
        let leastSum = least.reduce(0, +)
        let naturalSum = natural.reduce(0, +)
        guard leastSum <= room else { return nil }
        if naturalSum <= room {
            let factor = min(room / naturalSum, Self.growth)
            return natural.map { $0 * factor }
        }
        let share = (room - leastSum) / (naturalSum - leastSum)
        let widths = zip(least, natural).map { $0 + ($1 - $0) * share }
        let isComfortable = zip(widths, natural).allSatisfy { $0 >= $1 * comfort }
        return isComfortable ? widths : nil
    }

    private func slices(in room: Double, size: Double) -> [Slice] {
        let scale = size / 10
        func wanted(_ column: Int) -> Double {
            min(max(needs[column].least, min(needs[column].natural, 160)) * scale + 2 * Self.padding, room / 2)
        }
        var keys: [Int] = []
        var keyWidth = 0.0
        for column in needs.indices.prefix(max(0, min(keyColumns, needs.count - 1))) {
            guard keyWidth + wanted(column) <= room * 0.4 else { break }
            keys.append(column)
            keyWidth += wanted(column)
        }
        var slices: [Slice] = []
        var current = keys
        var used = keyWidth
        for column in needs.indices.dropFirst(keys.count) {
            if used + wanted(column) > room, current.count > keys.count {
                slices.append(slice(current, room, wanted))
                current = keys
                used = keyWidth
            }
            current.append(column)
            used += wanted(column)
        }
        slices.append(slice(current, room, wanted))
        return slices
    }

    private func slice(_ columns: [Int], _ room: Double, _ wanted: (Int) -> Double) -> Slice {
        let widths = columns.map(wanted)
        let factor = min(room / max(widths.reduce(0, +), 1), Self.growth)
        return Slice(columns: columns, widths: widths.map { $0 * factor })
    }
}
