import Jobs

/// The steps of a close in their order.
package struct ClosePlan: Sendable {
    /// Those that want all documents: while they may still come.
    package let completeness: [any CloseStep]
    /// Those after, until the balances are written down: only adjusting entries get in.
    package let preparation: [any CloseStep]
    /// Those between the snapshot and the approval.
    package let drafts: [any CloseStep]
    /// Those of the closed period.
    package let after: [any CloseStep]

    /// - Parameter declared: those of the company's domains.
    package init(_ declared: [any CloseStep], _ occasion: CloseOccasion) {
        let all = (Self.own + declared).filter { $0.occasions.contains(occasion) }
            .sorted { ($0.stage, $0.name) < ($1.stage, $1.name) }
        completeness = all.filter { $0.stage == .completeness }
        preparation = all.filter { $0.stage > .completeness && $0.stage < .snapshot }
        drafts = all.filter { $0.stage == .snapshot || $0.stage == .draft }
        after = all.filter { $0.stage >= .pack }
    }

    package var all: [any CloseStep] { completeness + preparation + drafts + after }

    /// The steps up to the approval that a run has not passed which proposed its result: one of another program, with other
    /// steps.
    func steps(missingFrom passed: [String]) -> [InputChange] {
        (completeness + preparation + drafts).filter { !passed.contains($0.name) }.map {
            InputChange(
                item: $0.name, what: "the program has this step by now (\($0.title)), and the close did without it")
        }
    }

    /// The place of a step among all of them, from 1.
    func line(of step: any CloseStep) -> Int {
        1 + (all.firstIndex { $0.name == step.name } ?? 0)
    }

    /// The ledger's own.
    private static let own: [any CloseStep] = [
        RunsComplete(), SchedulesPosted(), ForeignMoneyRevalued(), ControlAccountsAgree(), SuspenseEmpty(),
        RoundingWithinLimit(), NormalSides(), ChangesExplained(), DebitsEqualCredits(), JournalVerified(),
        ResultCarried(),
    ]
}
