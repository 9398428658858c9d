import Amounts
import Calendars
import Diagnostics

extension LedgerTextParser {
    /// Completes the transaction at hand, adds it up and hands it over.
    func endTransaction() {
        guard !isBroken else { return }
        let place = context.names.location(file: transaction.file, line: transaction.line)
        guard !transaction.postings.isEmpty else {
            context.notices.add("a transaction without postings", expected: "at least two", at: place)
            return
        }
        addBucket()
        guard assign() else { return }
        let amounts = amounts
        let format = format
        do throws(TransactionBalancer.Imbalance) {
            try balancer.balance(&transaction, open: openPostings) { commodity, postings, kind in
                Self.tolerance(commodity, postings, kind, amounts, format)
            }
        } catch {
            context.problems.add(error.message, expected: error.expected, at: place)
            return
        }
        guard applyAutomated(place), addUp() else { return }
        context.deliver(transaction)
    }

    /// Adds what Ledger's automated transactions add, and balances again; whether that could be done.
    private func applyAutomated(_ place: SourceLocation) -> Bool {
        guard !automated.isEmpty else { return true }
        let amounts = amounts
        let format = format
        do throws(TransactionBalancer.Imbalance) {
            var hasMore = false
            let original = transaction.postings
            for index in automated.indices {
                for posting in original where automated[index].matches(posting.account, context.names) {
                    let more = try automated[index].postings(for: posting)
                    hasMore = hasMore || !more.isEmpty
                    transaction.postings += more
                }
            }
            guard hasMore else { return true }
            transaction.residuals.removeAll()
            try balancer.balance(&transaction, open: []) { commodity, postings, kind in
                Self.tolerance(commodity, postings, kind, amounts, format)
            }
            return true
        } catch {
            context.problems.add(error.message, expected: error.expected, at: place)
            return false
        }
    }

    /// Ledger puts the other side of a single posting into the account that `bucket` names.
    private func addBucket() {
        guard let bucket, transaction.postings.count == 1, openPostings.isEmpty, transaction.postings[0].kind == .real,
            !transaction.postings[0].amount.quantity.isZero
        else { return }
        var posting = TextPosting(bucket, TextAmount(.zero, .none))
        posting.isInferred = true
        posting.line = transaction.postings[0].line
        openPostings.append(1)
        transaction.postings.append(posting)
    }

    /// The largest rest that counts as nothing: half a unit of the last decimal place that counts.
    ///
    /// Source: hledger since 1.41, "Transaction balancing": the decimal places are those of the transaction's own
    /// amounts; Ledger 3.3, `amount_t::is_zero`: those that were seen of the commodity so far. Where no amount is of the
    /// commodity, those of its prices.
    private static func tolerance(
        _ commodity: TextCommodityID, _ postings: [TextPosting], _ kind: TextPosting.Kind, _ amounts: AmountReading,
        _ format: TextJournalFormat
    ) -> ExactDecimal {
        var places: UInt8?
        for posting in postings where posting.kind == kind && posting.amount.commodity == commodity {
            places = max(places ?? 0, posting.amount.quantity.scale)
        }
        if format == .ledger, places != nil || amounts.places(of: commodity) > 0 {
            places = max(places ?? 0, amounts.places(of: commodity))
        }
        if places == nil {
            for posting in postings where posting.kind == kind {
                for amount in [posting.price?.amount, posting.cost?.amount] where amount?.commodity == commodity {
                    places = max(places ?? 0, amount?.quantity.scale ?? 0)
                }
            }
        }
        guard let places, places < ExactDecimal.maximumScale else { return .zero }
        return ExactDecimal(coefficient: 5, scale: places + 1)
    }

    // MARK: - Balances that are said

    /// What the transaction itself posts to the account of its posting at `place` before that.
    private func ownSum(
        _ commodity: TextCommodityID, before place: Int
    ) throws(ArithmeticError) -> ExactDecimal {
        let posting = transaction.postings[place]
        var sum = ExactDecimal.zero
        for other in transaction.postings[..<place] where other.account == posting.account {
            guard other.amount.commodity == commodity else { continue }
            if format == .ledger, posting.kind == .real, other.kind != .real { continue }
            sum = try sum.adding(other.amount.quantity)
        }
        return sum
    }

    /// Makes amounts from the balances that they lead to; whether that could be done.
    private func assign() -> Bool {
        guard hasAssertions else { return true }
        for index in transaction.postings.indices {
            guard let assertion = transaction.postings[index].assertion, assertion.isAssignment else { continue }
            let account = transaction.postings[index].account
            let date = transaction.postings[index].date ?? transaction.date
            let place = context.names.location(file: transaction.file, line: transaction.postings[index].line)
            if format == .hledger {
                guard totals.lastDay(of: account) <= date.dayNumber else {
                    context.problems.add(
                        "the balance of \(context.names.name(account)) on \(date) gives the amount, and later days of it stand before",
                        expected: "a journal in the order of its dates (hledger print), or the amount", at: place)
                    return false
                }
                totals.markAssigned(account, on: date)
            }
            do throws(ArithmeticError) {
                let wanted = wholeBalance(assertion.amount, of: account)
                let before = try totals.balance(
                    for: transaction.postings[index], in: wanted.commodity, format: format
                ).adding(ownSum(wanted.commodity, before: index))
                transaction.postings[index].amount = TextAmount(
                    try wanted.quantity.subtracting(before), wanted.commodity)
                if assertion.isSole, let other = try otherHolding(than: wanted.commodity, before: index) {
                    context.problems.add(
                        "\(context.names.name(account)) holds \(other.quantity) \(context.names.name(other.commodity)), too, so that == gives more than one amount",
                        expected: "a posting of each commodity with its amount", at: place)
                    return false
                }
            } catch {
                context.problems.add("the balance has too many digits", expected: "at most 38", at: place)
                return false
            }
        }
        return true
    }

    /// Another commodity that the account holds before its posting at `place`.
    private func otherHolding(
        than commodity: TextCommodityID, before place: Int
    ) throws(ArithmeticError) -> TextAmount? {
        let account = transaction.postings[place].account
        var held = totals.balances.amounts(of: account)
        for other in transaction.postings[..<place] where other.account == account {
            held.append(TextAmount(.zero, other.amount.commodity))
        }
        for amount in held where amount.commodity != commodity {
            let sum = try totals.balances.balance(of: account, in: amount.commodity)
                .adding(ownSum(amount.commodity, before: place))
            if !sum.isZero { return TextAmount(sum, amount.commodity) }
        }
        return nil
    }

    /// Ledger's `= 0` without a commodity is of the one commodity that the account holds.
    private func wholeBalance(_ amount: TextAmount, of account: TextAccountID) -> TextAmount {
        guard format == .ledger, amount.commodity == .none, amount.quantity.isZero else { return amount }
        let held = totals.balances.amounts(of: account).filter { !$0.quantity.isZero }
        guard held.count == 1, let only = held.first else { return amount }
        return TextAmount(amount.quantity, only.commodity)
    }

    /// Adds the transaction to the running totals and looks at the balances that it states; whether it is sound.
    private func addUp() -> Bool {
        for posting in transaction.postings {
            let date = posting.date ?? transaction.date
            let place = context.names.location(file: transaction.file, line: posting.line)
            if totals.isTooLate(posting.account, on: date) {
                context.problems.add(
                    "a balance of \(context.names.name(posting.account)) on a later day gave an amount before",
                    expected: "a journal in the order of its dates (hledger print)", at: place)
                return false
            }
            do throws(ArithmeticError) {
                try totals.add(posting, on: date)
            } catch {
                context.problems.add(
                    "the balance of \(context.names.name(posting.account)) has too many digits", expected: "at most 38",
                    at: place)
                return false
            }
            guard let assertion = posting.assertion, !assertion.isAssignment else { continue }
            if format == .ledger {
                check(assertion, of: posting, place)
            } else {
                context.checks.append(
                    BalanceCheck(
                        account: posting.account, date: date, amount: assertion.amount,
                        includesSubaccounts: assertion.includesSubaccounts, isSole: assertion.isSole, tolerance: .zero,
                        countsOwnDay: true, file: transaction.file, line: posting.line, column: 1))
            }
        }
        return true
    }

    /// Ledger's balances hold in the order of the lines.
    private func check(_ assertion: TextAssertion, of posting: TextPosting, _ place: SourceLocation) {
        let wanted = wholeBalance(assertion.amount, of: posting.account)
        let found = (try? totals.balance(for: posting, in: wanted.commodity, format: format)) ?? .zero
        let places = max(amounts.places(of: wanted.commodity), wanted.quantity.scale)
        guard let difference = try? found.subtracting(wanted.quantity),
            let rounded = try? difference.rounded(.halfAwayFromZero, places: places), rounded.isZero
        else {
            context.problems.add(
                BalanceCheckFailure.message(
                    account: context.names.name(posting.account), found: found, wanted: wanted, names: context.names),
                expected: BalanceCheckFailure.expectation(wanted, names: context.names), at: place)
            return
        }
    }
}
