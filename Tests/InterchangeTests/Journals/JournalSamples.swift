import Testing

@testable import Interchange

/// Journals in the manner of each program's documentation, written for these tests.
enum JournalSamples {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var format: TextJournalFormat
        var text: String
        var testDescription: String { name }
    }

    static let all = [
        Sample(
            name: "hledger: a household", format: .hledger,
            text: """
                ; a comment
                account assets:bank:checking  ; type: A
                commodity $1,000.00
                decimal-mark .

                2026-01-01 opening balances
                    assets:bank:checking         $1,000.00
                    assets:bank:savings          $2,000.00 = $2,000.00
                    equity:opening/closing balances

                2026-01-02 * (31) farmer's market | fruit  ; shop: market
                    ; bought with Ann
                    expenses:food:fruit          $12.50  ; fruit
                    expenses:food:vegetables      $7.25
                    assets:cash                 $-19.75

                2026/1/5 ! Employer | salary
                    assets:bank:checking         $2000  = $3,000.00
                    income:salary

                2026.01.06=2026.01.09 travel
                    expenses:travel              100.00 EUR @ $1.15
                    assets:bank:checking

                2026-01-07 shares
                    assets:shares                10 ACME @@ $455.50
                    assets:bank:checking

                2026-01-08 exchange
                    assets:euro                  50 EUR
                    assets:cash                 $-57.40

                2026-01-09 correction
                    assets:cash                  = $-80
                    expenses:misc

                2026-01-10 budget
                    (budget:food)                $400
                    [budget:a]                   $5
                    [budget:b]
                    expenses:food:fruit          $1
                    assets:cash

                P 2026-01-10 EUR $1.17

                ~ monthly
                    expenses:rent                $500
                    assets:bank:checking

                """.replacing("    (budget:food)                $400\n", with: "")),
        Sample(
            name: "hledger: marks and symbols", format: .hledger,
            text: """
                commodity 1.000,00 EUR
                commodity 1 000 000. "ml"

                2026-01-01 x
                    assets:a           1.250,50 EUR
                    assets:b           "green apples" 3
                    assets:c           £-5
                    assets:d           ₹1,00,000.00
                    assets:e           2 500 "ml"
                    equity:rest

                2026-01-02 unit
                    assets:a           10 "ml" @ 0,1250 EUR
                    assets:f          -1,25 EUR

                alias bank = assets:the bank
                apply account personal
                2026-01-03 below
                    bank                5,5 EUR
                    expenses:food
                end apply account

                """),
        Sample(
            name: "ledger: lots and gains", format: .ledger,
            text: """
                account Assets:Broker
                commodity $
                    format $1,000.00

                2026/01/01 * Opening
                    Assets:Bank                  $10,000.00
                    Equity:Opening

                2026/01/02 Buy
                    Assets:Broker                100 ACME {$12.50}
                    Assets:Bank                  $-1,250.00

                2026/01/03 Buy for a price
                    Assets:Broker                10 OTHER @ $3.14
                    Assets:Bank

                2026/01/04 Sell
                    Assets:Broker               -40 ACME {$12.50} [2026/01/02] @ $15.00
                    Assets:Bank                  $600.00
                    Income:Gains                 $-100.00

                2026/01/05=2026/01/06 ! (7) Payee  ; :tag1:tag2:
                    ; Key: value
                    Expenses:Food                $12.34  ; note
                    Assets:Bank                  = $9,306.24
                    Expenses:Rounding

                P 2026/01/05 12:00:00 ACME $15.00

                """),
        Sample(
            name: "ledger: plain numbers and virtual accounts", format: .ledger,
            text: """
                ; -*- ledger -*-
                bucket Assets:Cash
                alias Food = Expenses:Food and drink
                year 2026
                apply account Household

                01/02 Market
                    Expenses:Fruit               5
                    [Budget:Fruit]              -5
                    [Budget]                     5
                    Purse

                end apply account

                2026/01/03 * Café "Ö"
                    Food                         ($4.50 * 2)

                = /^Expenses:Food/
                    [Funds:Tax]                  0.10
                    [Funds:Cash]                -0.10

                2026/01/04 Bar
                    Food:Drinks                  10,50 EUR  ; :night:
                    Assets:Card                 -10,50 EUR

                comment
                    anything = at all
                end comment
                \n
                """),
        Sample(
            name: "beancount: a portfolio", format: .beancount,
            text: """
                option "title" "Sample"
                option "operating_currency" "USD"
                2026-01-01 open Assets:Bank  USD, EUR
                2026-01-01 open Assets:Broker
                2026-01-01 open Assets:Cash
                2026-01-01 open Equity:Opening
                2026-01-01 open Expenses:Food
                2026-01-01 open Expenses:Fees  USD
                2026-01-01 open Income:Gains
                2026-01-01 commodity ACME
                  name: "Acme, Inc."

                2026-01-01 pad Assets:Bank Equity:Opening

                2026-01-02 * "Shop" "Lunch" #food ^r-1
                  receipt: "R-1"
                  Expenses:Food  12.34 USD
                  Assets:Bank

                2026-01-03 balance Assets:Bank  5,000.00 USD

                2026-01-03 * "Buy"
                  Assets:Broker  10 ACME {100.00 USD}
                  Expenses:Fees  9.95 USD
                  Assets:Bank

                2026-01-04 * "Sell"
                  Assets:Broker  -4 ACME {} @ 120.00 USD
                  Assets:Bank  480.00 USD
                  Income:Gains

                2026-01-05 ! "Change"
                  Assets:Cash  (40 + 2) * 2 EUR @ 1.1200 USD
                  Assets:Bank

                2026-01-06 price ACME 121.50 USD

                """),
    ]
}
