import Amounts
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Ledger

/// Open items and their settlement in the store, on both databases.
@Suite struct OpenItemRecordsTests {
    @Test(arguments: Database.available)
    func `a posting to a control account is an open item of its party`(database: Database) throws {
        try SubLedger.with(database) { books in
            let item = try books.owe("invoice/1", gbp("100"), due: "2026-05-01", reference: "INV-1")
            try books.owe(
                "bill/1", usd("-50"), base: gbp("-40"), account: "2100", party: SubLedger.supplier, against: "7900",
                date: "2026-04-02")
            try books.post([
                try JournalEntry(
                    key: "cash", date: day("2026-04-03"), description: "",
                    postings: [line("1200", gbp("5"), party: SubLedger.customer), line("4000", gbp("-5"))])
            ])
            #expect(item.description == "1.1" && OpenItem.ID("1.1") == item)
            #expect(try books.open() == ["1.1 C1 GBP 100.00 (100.00)", "2.1 S1 USD -50.00 (-40.00)"])
            #expect(try books.open("2026-04-01") == ["1.1 C1 GBP 100.00 (100.00)"])
            #expect(try books.open("2026-03-31").isEmpty)
            #expect(try books.open("2026-12-31", .init(party: SubLedger.supplier)) == ["2.1 S1 USD -50.00 (-40.00)"])
            #expect(try books.open("2026-12-31", .init(account: AccountCode("1100"))) == ["1.1 C1 GBP 100.00 (100.00)"])
            let first = try books.store.read { try OpenItemRecords.balances(of: [item], .gbp, in: $0).first?.item }
            #expect(first?.reference == "INV-1" && first?.due == day("2026-05-01"))
            #expect(try books.isProven())
        }
    }

    @Test(arguments: Database.available)
    func `a posting to a control account without its party is refused, with all the others`(
        database: Database
    ) throws {
        try SubLedger.with(database) { books in
            func entry(_ key: String, _ postings: JournalEntry.Posting...) throws -> JournalEntry {
                try JournalEntry(key: key, date: day("2026-04-01"), description: "", postings: postings)
            }
            let entries = [
                try entry("fine", line("1100", gbp("1"), party: SubLedger.customer), line("4000", gbp("-1"))),
                try entry("none", line("1100", gbp("1")), line("2100", gbp("-1"))),
                try entry("wrong", line("1100", gbp("1"), party: SubLedger.supplier), line("4000", gbp("-1"))),
                try entry(
                    "worth", line("1105", usd("0"), base: gbp("1"), party: SubLedger.customer),
                    line("7954", usd("0"), base: gbp("-1"))),
            ]
            let failure = refusal { try books.post(entries) }
            #expect(failure?.exitCode == .refused && failure?.summary == "4 errors; nothing was posted.")
            #expect(
                failure?.problems.map(\.description) == [
                    "none, line 1: account 1100 is a control account and no party is named (expected the customer whose account it is)",
                    "none, line 2: account 2100 is a control account and no party is named (expected the supplier whose account it is)",
                    "wrong, line 1: account 1100 is posted to for supplier S1 (expected the kind customer)",
                    "worth, line 1: account 1105 is a control account and is posted to in base alone (expected a settlement or a revaluation, or an amount in USD)",
                ])
            #expect(try books.open().isEmpty)
        }
    }

    @Test(arguments: Database.available)
    func `the database itself refuses an item that is not its posting, and a part beyond its item`(
        database: Database
    ) throws {
        try SubLedger.with(database) { books in
            let item = try books.owe("invoice/1", gbp("100"))
            func rule(_ statements: String...) -> String? {
                do {
                    try books.store.write { connection in for sql in statements { try connection.execute(sql) } }
                } catch StoreError.constraint(let violation) {
                    return violation.constraint ?? "\(violation.kind)"
                } catch {
                    return "\(error)"
                }
                return nil
            }
            func copy(_ id: Int64, _ amount: Int64, party: String = "C1") -> String {
                """
                INSERT INTO open_item (item_id, account, party_kind, party_id, currency, amount_minor, base_minor,
                    entry_date, due_date, reference)
                VALUES (\(id), '1100', 'customer', '\(party)', 'GBP', \(amount), \(amount), '2026-04-01', '2026-04-01', '')
                """
            }
            #expect(rule(copy(item.rawValue + 1, -10_000)) == "is_of_an_open_batch")
            let last = try books.store.read { try Journal.check(in: $0, report: { _ in }) }.lastNumber
            let open = "UPDATE journal_head SET open_batch = entry_number + 1"
            let close = "UPDATE journal_head SET open_batch = NULL"
            #expect(rule(open, copy((last + 1) * 1_000_000 + 1, 10_000), close) == "items_are_their_postings")
            let head = """
                INSERT INTO settlement (settlement_key, settlement_date, reason, exchange_difference_minor, recorded_by,
                    recorded_at) VALUES ('s', '2026-04-02', '', 0, 'ann', 1)
                """
            func part(_ line: Int, _ amount: Int64) -> String {
                """
                INSERT INTO settled_part (settlement_key, line, item_id, kind, amount_minor, base_minor, settlement_date)
                VALUES ('s', \(line), \(item.rawValue), 'match', \(amount), \(amount), '2026-04-02')
                """
            }
            #expect(rule(head, part(1, 10_001)) == "is_within_its_item")
            #expect(rule(head, part(1, 6_000), part(2, 4_001)) == "is_within_its_item")
            #expect(rule(head, part(1, -1)) == "is_within_its_item")
            #expect(rule(part(1, 1)) != nil)
            #expect(rule(head, part(1, 6_000), part(2, 4_000)) == nil)
            for table in ["open_item", "settlement", "settled_part"] {
                #expect(throws: StoreError.appendOnly(table: table)) {
                    try books.store.write { _ = try $0.execute("DELETE FROM \(table)") }
                }
            }
        }
    }

    @Test(arguments: Database.available)
    func `items are settled many to many, in part, with a discount and a write-off`(database: Database) throws {
        try SubLedger.with(database) { books in
            let first = try books.owe("invoice/1", gbp("100"))
            let second = try books.owe("invoice/2", gbp("50"))
            let payment = try books.owe("payment/1", gbp("-120"), against: "1200", date: "2026-04-20")
            let stored = try books.settle(
                "p1", [match(first, payment, gbp("98")), match(second, payment, gbp("22"))],
                deductions: [
                    .init(item: first, .discount, amount: gbp("2"), to: AccountCode("7900")),
                    .init(item: second, .writeOff, amount: gbp("0.50"), to: AccountCode("7900")),
                ])
            #expect(stored.isNew && stored.outcome.postings.count == 3)
            #expect(try books.open() == ["2.1 C1 GBP 27.50 (27.50)"])
            // Before it was paid, everything was open.
            #expect(try books.open("2026-04-19") == ["1.1 C1 GBP 100.00 (100.00)", "2.1 C1 GBP 50.00 (50.00)"])
            let entry = try books.store.read { try Journal.find(key: "settlement/p1", in: $0) }
            #expect(entry?.entry.date == day("2026-04-20") && entry?.entry.description == "Paid")
            // The discount is no item of its own.
            #expect(try books.open("2026-12-31", .init(isWithSettled: true)).count == 3)
            #expect(try books.isProven())
        }
    }

    @Test(arguments: Database.available)
    func `what the rate changed is posted, and undone to the unit`(database: Database) throws {
        try SubLedger.with(database) { books in
            let invoice = try books.owe("invoice/1", usd("100"), base: gbp("80"))
            let payment = try books.owe("payment/1", usd("-60"), base: gbp("-50"), against: "1200", date: "2026-04-20")
            let before = try books.open()
            let stored = try books.settle("p1", [match(invoice, payment, usd("60"))])
            #expect(stored.outcome.exchangeDifference == gbp("-2"))
            #expect(try books.open() == ["1.1 C1 USD 40.00 (32.00)"])
            #expect(try books.isProven())
            let undone = try books.unsettle("p1")
            #expect(undone.outcome.exchangeDifference == gbp("2"))
            #expect(try books.open() == before && books.isProven())
            #expect(try books.open("2026-04-20") == ["1.1 C1 USD 40.00 (32.00)"])
            let entries = try books.store.read {
                try Journal.find(keys: ["settlement/p1", "settlement/undo"], in: $0)
            }
            #expect(entries["settlement/undo"]?.entry.reverses == "settlement/p1")
            let mirror = try entries["settlement/p1"]?.entry.postings.map { try $0.negated() }
            #expect(mirror != nil && entries["settlement/undo"]?.entry.postings == mirror)
            // And once more, under another key.
            #expect(try books.settle("p2", [match(invoice, payment, usd("60"))], date: "2026-04-26").isNew)
            #expect(try books.isProven())
        }
    }

    @Test(arguments: Database.available)
    func `an invoice in one currency is settled by a payment in another`(database: Database) throws {
        try SubLedger.with(database) { books in
            let invoice = try books.owe("invoice/1", usd("100"), base: gbp("80"), account: "1105")
            let payment = try books.owe("payment/1", eur("-95"), base: gbp("-82"), against: "1200", date: "2026-04-20")
            let stored = try books.settle("p1", [match(invoice, payment, usd("100"), by: eur("95"))])
            #expect(stored.outcome.exchangeDifference == gbp("-2"))
            #expect(try books.open().isEmpty && books.isProven())
            try books.unsettle("p1")
            #expect(try books.open().count == 2 && books.isProven())
        }
    }

    @Test(arguments: Database.available)
    func `the same settlement a second time is a no-op, and another of its key is refused`(database: Database) throws {
        try SubLedger.with(database) { books in
            let invoice = try books.owe("invoice/1", gbp("100"))
            let payment = try books.owe("payment/1", gbp("-100"), against: "1200")
            let once = try books.settle("p1", [match(invoice, payment, gbp("60"))])
            let twice = try books.settle("p1", [match(invoice, payment, gbp("60"))])
            #expect(once.outcome == twice.outcome && !twice.isNew)
            #expect(try books.open() == ["1.1 C1 GBP 40.00 (40.00)", "2.1 C1 GBP -40.00 (-40.00)"])
            let other = refusal { try books.settle("p1", [match(invoice, payment, gbp("40"))]) }
            #expect(other?.problems.first?.message == "p1 settled something else before")
            #expect(refusal { try books.unsettle("p2") }?.exitCode == .notFound)
            try books.unsettle("p1")
            #expect(try books.unsettle("p1").isNew == false)
            #expect(
                refusal { try books.unsettle("p1", as: "again") }?.summary
                    == "p1 was undone by undo before; nothing was undone.")
            #expect(refusal { try books.unsettle("undo", as: "x") }?.exitCode == .refused)
            #expect(
                refusal { try books.settle("p1", [match(invoice, payment, gbp("60"))]) }?.problems.first?.message
                    == "p1 was undone by undo")
        }
    }

    @Test(arguments: Database.available)
    func `everything that is wrong with settlements is told at once, and nothing is settled`(
        database: Database
    ) throws {
        try SubLedger.with(database) { books in
            let invoice = try books.owe("invoice/1", gbp("100"))
            let payment = try books.owe("payment/1", gbp("-50"), against: "1200")
            let ghost = OpenItem.ID(entry: 9, line: 1)
            let failure = refusal {
                try books.write { unit in
                    _ = try SettlementRecords.settle(
                        [
                            Settlement(key: "a", date: day("2026-04-20"), matches: [match(invoice, ghost, gbp("1"))]),
                            Settlement(
                                key: "b", date: day("2026-04-20"), matches: [match(invoice, payment, gbp("60"))]),
                            Settlement(
                                key: "c", date: day("2026-04-20"), matches: [match(invoice, payment, gbp("10"))]),
                            Settlement(
                                key: String(repeating: "k", count: 151), date: day("2026-04-20"),
                                matches: [match(invoice, payment, gbp("1"))]),
                        ], reason: "", accounts: SubLedger.accounts, .gbp, in: unit)
                }
            }
            #expect(
                failure?.problems.map(\.description).sorted() == [
                    "GBP 60.00 of item 2.1 is to be settled (expected at most GBP 50.00)",
                    "a settlement has a key of 151 bytes (expected 1 to 150)",
                    "there is no item 9.1 (expected an item that exists)",
                ])
            #expect(try books.open() == ["1.1 C1 GBP 100.00 (100.00)", "2.1 C1 GBP -50.00 (-50.00)"])
        }
    }

    @Test(arguments: Database.available)
    func `a settlement at an earlier day does not take what was settled later`(database: Database) throws {
        try SubLedger.with(database) { books in
            let invoice = try books.owe("invoice/1", gbp("100"))
            let payment = try books.owe("payment/1", gbp("-150"), against: "1200")
            try books.settle("late", [match(invoice, payment, gbp("80"))], date: "2026-05-01")
            let failure = refusal { try books.settle("early", [match(invoice, payment, gbp("30"))]) }
            #expect(failure?.problems.first?.expected == "at most GBP 20.00")
            try books.settle("early", [match(invoice, payment, gbp("20"))])
            #expect(try books.open("2026-04-30", .init(account: AccountCode("1100"))).count == 2)
            #expect(try books.isProven())
        }
    }

    @Test(arguments: Database.available)
    func `a control account with items stays one`(database: Database) throws {
        try SubLedger.with(database) { books in
            try books.owe("invoice/1", gbp("100"))
            let plain = try SubLedger.chart(SubLedger.chartText.replacing(", control: customer", with: ""))
            let failure = refusal { try books.store.write { try ControlAccounts.keep(plain, in: $0) } }
            #expect(
                failure?.problems.map(\.description) == [
                    "account 1100 has open items and is no longer a control account of the kind customer "
                        + "(expected control: customer in config/accounts.yaml)"
                ])
            #expect(try books.store.read { try ControlAccounts.load(in: $0) }.kinds.count == 3)
            let more = try SubLedger.chart(
                SubLedger.chartText.replacing(
                    "name: Bank, type: asset", with: "name: Bank, type: asset, control: institution"
                )
                .replacing("name: Debtors abroad, type: asset, control: customer", with: "name: Abroad, type: asset"))
            try books.store.write { try ControlAccounts.keep(more, in: $0) }
            #expect(
                try books.store.read { try ControlAccounts.load(in: $0) }.kinds == [
                    AccountCode("1100"): .customer, AccountCode("1200"): .institution, AccountCode("2100"): .supplier,
                ])
        }
    }

    @Test(arguments: Database.available)
    func `what was posted before an account was a control account shows as a difference`(database: Database) throws {
        try SubLedger.with(database) { books in
            try books.post([
                try JournalEntry(
                    key: "old", date: day("2026-04-01"), description: "",
                    postings: [line("1200", gbp("7")), line("4000", gbp("-7"))])
            ])
            let more = try SubLedger.chart(
                SubLedger.chartText.replacing(
                    "name: Bank, type: asset", with: "name: Bank, type: asset, control: institution"))
            try books.store.write { try ControlAccounts.keep(more, in: $0) }
            let rows = try books.store.read { try ControlBalances.rows(on: day("2026-04-01"), .gbp, in: $0) }
            #expect(rows.map(\.agrees) == [false] && rows.first?.posted == gbp("7") && rows.first?.open == gbp("0"))
        }
    }

    @Test(arguments: Database.available, 1...3)
    func `whatever is owed, settled and undone at random, the control accounts agree on each day`(
        database: Database, seed: UInt64
    ) throws {
        try SubLedger.with(database) { books in
            var numbers = Numbers(seed: seed)
            let parties = (1...4).map { Party(.customer, "C\($0)") }
            let dates = (1...28).map { "2026-04-" + ($0 < 10 ? "0\($0)" : "\($0)") }
            var settlements: [String] = []
            for round in 0..<60 {
                let party = parties[numbers.below(4)]
                let sign: Int64 = numbers.below(2) == 0 ? 1 : -1
                let isForeign = numbers.below(3) == 0
                let amount = Money(minorUnits: sign * numbers.amount(1...100_000), isForeign ? .usd : .gbp)
                let base = isForeign ? Money(minorUnits: amount.minorUnits * numbers.amount(60...90) / 100, .gbp) : nil
                try books.owe(
                    "item/\(round)", amount, base: base.map { $0.isZero ? Money(minorUnits: sign, .gbp) : $0 },
                    party: party, date: dates[numbers.below(28)])
                guard round % 4 == 3 else { continue }
                let date = day(dates[20 + numbers.below(8)])
                let proposals = try books.store.read { connection in
                    try OpenItemBook(
                        balances: try OpenItemRecords.balances(on: day("2026-12-31"), .gbp, in: connection),
                        baseCurrency: .gbp
                    ).proposals(numbers.below(2) == 0 ? .oldestFirst : .exactFirst, on: date)
                }
                let chosen = proposals.enumerated().map { index, proposal in
                    Settlement(key: "s\(round)/\(index)", date: date, matches: proposal.matches)
                }
                try books.write {
                    try SettlementRecords.settle(
                        chosen, reason: "Random", accounts: SubLedger.accounts, .gbp, in: $0)
                }
                settlements += chosen.map(\.key)
                if let key = settlements.popLast(), numbers.below(2) == 0 {
                    try books.unsettle(key, as: "undo \(key)", date: "2026-04-30")
                }
            }
            #expect(settlements.count > 5)
            try books.store.read { connection in
                for date in dates + ["2026-04-30"] {
                    let rows = try ControlBalances.rows(on: day(date), .gbp, in: connection)
                    #expect(rows.allSatisfy { $0.agrees }, "seed \(seed), \(date): \(rows)")
                }
            }
            #expect(try books.isProven())
        }
    }
}
