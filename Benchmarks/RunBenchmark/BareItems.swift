/// The rows of `WriteItems`, made and inserted by a bare loop: a transaction for each chunk, no checkpoint, no digest.
enum BareItems {
    static let chunkItems = 2_000

    static func write(_ count: Int, asRun run: Int64, to database: BareSQLite) throws {
        let insert = try database.prepare(
            """
            INSERT INTO benchmark_item (item, amount_minor, note, run_id, recorded_by, recorded_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """)
        let keys = Item.keys(count)
        for start in stride(from: 0, to: count, by: chunkItems) {
            try database.script("BEGIN IMMEDIATE")
            for key in keys[start..<min(start + chunkItems, count)] {
                let item = Item(key: key)
                try database.run(
                    insert, [.text(item.key), .number(item.amount), .text(item.note), .number(run), "bare", 1])
            }
            try database.script("COMMIT")
        }
    }

    static func write(_ count: Int, asRun run: Int64, to database: BarePostgres) throws {
        let keys = Item.keys(count)
        for start in stride(from: 0, to: count, by: chunkItems) {
            let chunk = keys[start..<min(start + chunkItems, count)]
            try database.script("BEGIN")
            try database.copy(
                into: "benchmark_item", columns: "item, amount_minor, note, run_id, recorded_by, recorded_at",
                rows: chunk.count
            ) { row in
                let item = Item(key: chunk[chunk.startIndex + row])
                return "\(item.key)\t\(item.amount)\t\(item.note)\t\(run)\tbare\t1\n"
            }
            try database.script("COMMIT")
        }
    }
}
