import Amounts
import Calendars
import Configuration
import Diagnostics

extension BeancountParser {
    // MARK: - The first line

    /// `DATE FLAG ["PAYEE"] "NARRATION" [#TAG] [^LINK]`, behind the flag.
    func readHeader(
        _ cursor: inout LineCursor, _ date: CalendarDate, _ flag: UInt8
    ) throws(TextSyntaxError) {
        block = .transaction
        isBroken = false
        transaction.reset(date: date)
        transaction.file = file
        transaction.line = line
        openPostings.removeAll(keepingCapacity: true)
        if !openCommodities.isEmpty { openCommodities.removeAll() }
        if !openNumbers.isEmpty { openNumbers.removeAll() }
        switch flag {
        case UInt8(ascii: "*"): transaction.status = .cleared
        case UInt8(ascii: "!"): transaction.status = .pending
        default:
            transaction.status = .unmarked
            transaction.metadata.append(TextMetadata("flag", String(UnicodeScalar(flag))))
        }
        transaction.tags = pushedTags
        transaction.metadata += pushedMetadata
        var texts = 0
        cursor.skipBlanks()
        while !cursor.isAtEnd {
            switch cursor.byte {
            case UInt8(ascii: "\""):
                let place = cursor.position
                let text = try BeancountScanner.text(&cursor)
                texts += 1
                guard texts <= 2 else {
                    throw TextSyntaxError(
                        "the transaction has a third text", expected: "a payee and a narration", at: place)
                }
                if texts == 2 { transaction.payee = transaction.narration }
                transaction.narration = text
            case UInt8(ascii: "#"), UInt8(ascii: "^"): try readLabel(&cursor)
            case UInt8(ascii: "|"): cursor.position += 1
            default:
                try expectEnd(&cursor)
                cursor.position = cursor.end
            }
            cursor.skipBlanks()
        }
    }

    private func readLabel(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        let place = cursor.position
        let isTag = cursor.byte == UInt8(ascii: "#")
        cursor.position += 1
        let label = BeancountScanner.label(&cursor)
        guard !label.isEmpty else {
            throw TextSyntaxError("a tag or link without letters", expected: "e.g. #trip or ^invoice-4711", at: place)
        }
        if isTag { transaction.tags.append(label) } else { transaction.links.append(label) }
    }

    // MARK: - The lines below

    func readTransactionLine(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        if cursor.byte == UInt8(ascii: "#") || cursor.byte == UInt8(ascii: "^"), !cursor.byte(after: 1).isBlank {
            while cursor.byte == UInt8(ascii: "#") || cursor.byte == UInt8(ascii: "^") {
                try readLabel(&cursor)
                cursor.skipBlanks()
            }
            try expectEnd(&cursor)
            return
        }
        if metadataStarts(cursor) {
            guard let pair = try metadata(&cursor) else { return }
            if let last = transaction.postings.indices.last {
                transaction.postings[last].metadata.append(pair)
            } else {
                transaction.metadata.append(pair)
            }
            try expectEnd(&cursor)
            return
        }
        guard transaction.postings.count < context.options.maximumPostings else {
            isBroken = true
            block = .passedOver
            throw TextSyntaxError(
                "the transaction has more than \(context.options.maximumPostings) postings", expected: "fewer", at: 0)
        }
        try readPosting(&cursor)
    }

    private func metadataStarts(_ cursor: LineCursor) -> Bool {
        guard cursor.byte >= UInt8(ascii: "a"), cursor.byte <= UInt8(ascii: "z") else { return false }
        var ahead = cursor
        return metadataKey(&ahead) != nil
    }

    /// `[FLAG] ACCOUNT [AMOUNT] [{COST}] [@ PRICE]`
    private func readPosting(_ cursor: inout LineCursor) throws(TextSyntaxError) {
        var status = TextStatus.unmarked
        if cursor.byte(after: 1).isBlank {
            switch cursor.byte {
            case UInt8(ascii: "*"): status = .cleared
            case UInt8(ascii: "!"): status = .pending
            default: break
            }
            cursor.position += 1
            cursor.skipBlanks()
        }
        let account = try account(&cursor)
        var posting = TextPosting(account, TextAmount(.zero, .none))
        posting.status = status
        posting.line = line
        cursor.skipBlanks()
        let place = transaction.postings.count
        var hasAmount = false
        var open: OpenNumber?
        if BeancountExpression.starts(at: cursor) {
            posting.amount = try amount(&cursor)
            hasAmount = true
            cursor.skipBlanks()
        } else if let commodity = commodity(&cursor) {
            openCommodities[place] = commodity
            posting.amount.commodity = commodity
            cursor.skipBlanks()
        }
        var lots: [BeancountInventory.Lot]?
        if cursor.byte == UInt8(ascii: "{") {
            let start = cursor.position
            let cost = try BeancountCost.read(&cursor, self)
            if hasAmount {
                lots = try book(cost, &posting, start, &open)
            } else {
                guard let commodity = cost.commodity, let unit = cost.perUnit, cost.total == nil, !unit.isZero,
                    openCommodities[place] != nil
                else {
                    throw incomplete("the amount at cost", start)
                }
                open = OpenNumber(
                    part: .units(TextAmount(unit, commodity), isCost: true), given: posting.amount, cost: cost)
                openCommodities[place] = commodity
            }
            cursor.skipBlanks()
        }
        if cursor.byte == UInt8(ascii: "@") { try readPrice(&cursor, &posting, &open, hasAmount: hasAmount) }
        try expectEnd(&cursor)
        if !hasAmount || open != nil {
            posting.isInferred = true
            openPostings.append(place)
            openNumbers[place] = open
        }
        append(posting, lots)
    }

    /// `@ PRICE`, `@@ PRICE`, or a price that is left open: `@ USD`, `@`.
    private func readPrice(
        _ cursor: inout LineCursor, _ posting: inout TextPosting, _ open: inout OpenNumber?, hasAmount: Bool
    ) throws(TextSyntaxError) {
        let start = cursor.position
        let place = transaction.postings.count
        let kind: TextPrice.Kind = cursor.take("@@") ? .total : .perUnit
        if kind == .perUnit { cursor.position += 1 }
        cursor.skipBlanks()
        guard BeancountExpression.starts(at: cursor) else {
            guard hasAmount, open == nil, posting.cost == nil else { throw incomplete("the price", start) }
            open = OpenNumber(part: .price, given: posting.amount)
            openCommodities[place] = commodity(&cursor)
            return
        }
        let price = try amount(&cursor)
        if open != nil {
            open?.price = TextPrice(kind, price)
            return
        }
        guard !hasAmount else {
            posting.price = TextPrice(kind, price)
            return
        }
        guard kind == .perUnit, openCommodities[place] != nil, !price.quantity.isZero else {
            throw incomplete("the amount at a price", start)
        }
        open = OpenNumber(part: .units(price, isCost: false), given: posting.amount)
        openCommodities[place] = price.commodity
    }

    private func incomplete(_ what: String, _ place: Int) -> TextSyntaxError {
        TextSyntaxError(
            "\(what) is left out, which is not read", expected: "the number and its commodity", at: place)
    }

    /// The posting, once for each lot that it takes from.
    private func append(_ posting: TextPosting, _ lots: [BeancountInventory.Lot]?) {
        guard let lots, !lots.isEmpty else {
            transaction.postings.append(posting)
            return
        }
        for lot in lots {
            var part = posting
            part.amount.quantity = lot.quantity
            part.cost = TextCost(.perUnit, lot.unitCost, date: lot.date, label: lot.label)
            transaction.postings.append(part)
        }
    }

    // MARK: - Lots

    /// Gives the posting its cost, and keeps the account's lots; the lots that a sale without a cost takes from.
    private func book(
        _ cost: BeancountCost, _ posting: inout TextPosting, _ place: Int, _ open: inout OpenNumber?
    ) throws(TextSyntaxError) -> [BeancountInventory.Lot]? {
        let isReduction = inventory.isReduction(posting.account, posting.amount)
        if let known = try cost.cost(of: posting.amount.quantity, place) {
            posting.cost = known
            guard let unit = try? cost.unitCost(known, of: posting.amount.quantity) else { return nil }
            if isReduction {
                let selection = BeancountInventory.Selection(
                    unitCost: unit.quantity, commodity: unit.commodity, date: cost.date, label: cost.label)
                // A lot that is not there is for bean-check to tell: the amounts are known without it.
                if let taken = try? inventory.reduce(posting.account, posting.amount, selection, on: transaction.date),
                    taken.count == 1, posting.cost?.date == nil
                {
                    posting.cost?.date = taken.first?.date
                }
            } else {
                posting.cost?.date = cost.date ?? transaction.date
                inventory.add(
                    BeancountInventory.Lot(
                        quantity: posting.amount.quantity, unitCost: unit, date: cost.date ?? transaction.date,
                        label: cost.label), posting.account, posting.amount.commodity)
            }
            return nil
        }
        guard isReduction else {
            open = OpenNumber(part: .cost, given: posting.amount, cost: cost)
            openCommodities[transaction.postings.count] = cost.commodity
            return nil
        }
        let selection = BeancountInventory.Selection(
            unitCost: nil, commodity: cost.commodity, date: cost.date, label: cost.label)
        do throws(BeancountInventory.Refusal) {
            return try inventory.reduce(posting.account, posting.amount, selection, on: transaction.date)
        } catch {
            throw TextSyntaxError(Self.told(error), expected: "the cost of the lot, e.g. {10.00 USD}", at: place)
        }
    }

    private static func told(_ refusal: BeancountInventory.Refusal) -> String {
        switch refusal {
        case .noLot: "no lot fits that the account holds"
        case .ambiguous(let count): "it is open which of the account's \(count) lots is meant"
        case .tooFew: "the lots that fit hold less than is taken"
        case .outOfOrder: "the cost is left open, and later days of the account stand before"
        case .tooManyDigits: "the lots have too many digits to be added up"
        }
    }

    // MARK: - The end

    func endTransaction() {
        guard !isBroken else { return }
        let place = context.names.location(file: transaction.file, line: transaction.line)
        guard !transaction.postings.isEmpty else { return }
        // Where hledger and Ledger have a code, Beancount has metadata.
        if let index = transaction.metadata.firstIndex(where: { $0.key == "code" }) {
            transaction.code = transaction.metadata.remove(at: index).value
        }
        let tolerances = tolerances()
        do throws(TransactionBalancer.Imbalance) {
            try nameOpenCommodities()
            try fillNamedCommodities()
            try balancer.balance(
                &transaction, open: openPostings,
                tolerance: { commodity, _, _ in self.tolerance(commodity, tolerances) },
                rounded: { self.rounded($0, tolerances) })
            try fillOpenNumbers()
        } catch {
            context.problems.add(error.message, expected: error.expected, at: place)
            return
        }
        for posting in transaction.postings {
            do throws(ArithmeticError) {
                try totals.add(posting.amount, to: posting.account)
            } catch {
                context.problems.add(
                    "the balance of \(context.names.name(posting.account)) has too many digits", expected: "at most 38",
                    at: context.names.location(file: transaction.file, line: posting.line))
                return
            }
        }
        context.deliver(transaction)
    }

    /// Postings that name their commodity and no number take what is missing of it.
    private func fillNamedCommodities() throws(TransactionBalancer.Imbalance) {
        guard !openCommodities.isEmpty else { return }
        if openPostings.count == 1, transaction.postings.count == 1 { return }
        for (place, commodity) in openCommodities.sorted(by: { $0.key < $1.key }) {
            var sum = ExactDecimal.zero
            for index in transaction.postings.indices where !openPostings.contains(index) {
                guard let weight = try? transaction.postings[index].weight, weight.commodity == commodity else {
                    continue
                }
                sum = (try? sum.adding(weight.quantity)) ?? sum
            }
            let missing = TextAmount((try? sum.negated()) ?? .zero, commodity)
            transaction.postings[place].amount =
                openNumbers[place] == nil ? rounded(missing, tolerances()) : missing
            openPostings.removeAll { $0 == place }
        }
    }

    // MARK: - Tolerances

    /// By commodity, how far the transaction may be off: half a unit of the last decimal place of its coarsest amount.
    ///
    /// Source: "Precision & Tolerances", "Automatic Tolerance Derivation". Amounts without decimal places say nothing.
    private func tolerances() -> [TextCommodityID: ExactDecimal] {
        var found: [TextCommodityID: ExactDecimal] = [:]
        for posting in transaction.postings where !posting.isInferred && posting.amount.quantity.scale > 0 {
            let unit = ExactDecimal(coefficient: 1, scale: posting.amount.quantity.scale)
            guard let tolerance = try? unit.multiplied(by: toleranceMultiplier) else { continue }
            let commodity = posting.amount.commodity
            found[commodity] = max(found[commodity] ?? .zero, tolerance)
        }
        guard infersToleranceFromCost else { return found }
        var fromCost: [TextCommodityID: ExactDecimal] = [:]
        for posting in transaction.postings where !posting.isInferred && posting.amount.quantity.scale > 0 {
            guard let tolerance = found[posting.amount.commodity] else { continue }
            for amount in [posting.cost?.amount, posting.price?.amount] {
                guard let amount, let share = try? tolerance.multiplied(by: amount.quantity) else { continue }
                fromCost[amount.commodity] = (try? (fromCost[amount.commodity] ?? .zero).adding(share)) ?? .zero
            }
        }
        for (commodity, tolerance) in fromCost { found[commodity] = max(found[commodity] ?? .zero, tolerance) }
        return found
    }

    private func tolerance(
        _ commodity: TextCommodityID, _ tolerances: [TextCommodityID: ExactDecimal]
    ) -> ExactDecimal {
        tolerances[commodity] ?? defaultTolerances[context.names.name(commodity)] ?? defaultTolerances["*"] ?? .zero
    }

    /// An amount that was left out has the decimal places of the amounts beside it.
    ///
    /// Source: beancount 3, `interpolate.quantize_with_tolerance`.
    func rounded(_ amount: TextAmount) -> TextAmount { rounded(amount, tolerances()) }

    private func rounded(_ amount: TextAmount, _ tolerances: [TextCommodityID: ExactDecimal]) -> TextAmount {
        let tolerance = tolerance(amount.commodity, tolerances)
        guard !tolerance.isZero, let unit = try? tolerance.multiplied(by: ExactDecimal(2)).normalized,
            unit.coefficient < 100, let rounded = try? amount.quantity.rounded(.halfEven, places: unit.scale)
        else { return amount }
        return TextAmount(rounded, amount.commodity)
    }
}
