import CPostgres

/// The cells of one row of a PostgreSQL result, in text format.
struct PostgresCells {
    let result: OpaquePointer
    let row: CInt

    /// Object identifiers of built-in types. Source: PostgreSQL 15, `src/include/catalog/pg_type.dat`.
    enum TypeID {
        static let bool: UInt32 = 16
        static let bytea: UInt32 = 17

        static func isWholeNumber(_ type: UInt32) -> Bool {
            switch type {
            case 20, 21, 23, 26, 1_700: true  // int8, int2, int4, oid, numeric (a SUM)
            default: false
            }
        }

        static func isText(_ type: UInt32) -> Bool {
            switch type {
            case 18, 19, 25, 705, 1_042, 1_043: true  // char, name, text, unknown, bpchar, varchar
            default: false
            }
        }
    }

    func isNull(_ i: Int) -> Bool { PQgetisnull(result, row, CInt(truncatingIfNeeded: i)) != 0 }

    func integer(_ i: Int) -> Int64? {
        guard !isNull(i), TypeID.isWholeNumber(type(i)) else { return nil }
        var isNegative = false
        var value: Int64 = 0
        let bytes = bytes(i)
        for (index, byte) in bytes.enumerated() {
            if index == 0, byte == UInt8(ascii: "-"), bytes.count > 1 {
                isNegative = true
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            // Downwards, for the lowest number has no positive counterpart.
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowed) = product.subtractingReportingOverflow(Int64(byte &- UInt8(ascii: "0")))
            guard !overflow, !overflowed else { return nil }
            value = sum
        }
        guard !bytes.isEmpty else { return nil }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// 0 or 1 of a boolean: what a comparison or EXISTS gives here, where SQLite gives a number.
    func truth(_ i: Int) -> Int64? {
        guard !isNull(i), type(i) == TypeID.bool else { return nil }
        return bytes(i).first == UInt8(ascii: "t") ? 1 : 0
    }

    func utf8(_ i: Int) -> UnsafeBufferPointer<UInt8>? {
        !isNull(i) && TypeID.isText(type(i)) ? bytes(i) : nil
    }

    func blob(_ i: Int) -> [UInt8]? {
        guard !isNull(i), type(i) == TypeID.bytea else { return nil }
        // \x48656c6c6f
        let digits = bytes(i).dropFirst(2)
        guard digits.count % 2 == 0 else { return nil }
        var blob: [UInt8] = []
        blob.reserveCapacity(digits.count / 2)
        var position = digits.startIndex
        while position < digits.endIndex {
            guard let high = Self.digit(digits[position]), let low = Self.digit(digits[position + 1]) else {
                return nil
            }
            blob.append(high << 4 | low)
            position += 2
        }
        return blob
    }

    func name(_ i: Int) -> String {
        PQfname(result, CInt(truncatingIfNeeded: i)).map { String(cString: $0) } ?? "column \(i)"
    }

    private func type(_ i: Int) -> UInt32 { PQftype(result, CInt(truncatingIfNeeded: i)) }

    private func bytes(_ i: Int) -> UnsafeBufferPointer<UInt8> {
        let column = CInt(truncatingIfNeeded: i)
        let start = UnsafeRawPointer(PQgetvalue(result, row, column))?.assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(PQgetlength(result, row, column)))
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
