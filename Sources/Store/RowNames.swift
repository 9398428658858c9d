extension Row {
    /// The names of the columns, as the statement gives them: for statements that were not written here.
    package var names: [String] {
        (0..<columnCount).map { i in
            switch cells {
            case .sqlite(let cells): cells.name(i)
            case .postgresql(let cells): cells.name(i)
            }
        }
    }
}
