import Calendars
import Diagnostics
import Foundation
import Jobs
import Processes
import Store

/// `command`: runs an outside program, never through a shell.
///
/// What a program does cannot be rolled back and has no natural key. So the store says before it is started that it will
/// be, and afterwards how it ended; an attempt that finds a good end does not start it again, and one that finds a
/// beginning without an end does so only where the job says that it is `repeatable`.
package struct RunProgram: JobKind {
    package static let name = "command"
    package static let abstract = "Runs an outside program with the arguments that the job declares."
    package static let parameters: [ParameterDefinition] = []
    package static let granularities = Period.Granularity.allCases
    package static let runsProgram = true

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {}

    package func run(_ run: Run) throws -> RunSummary {
        let call = try declaredCall(of: run)
        let program = try program(call, run)
        guard !run.isRehearsal else {
            return RunSummary(figures: [
                .init("would run", ([program.path] + program.arguments).joined(separator: " ")),
                .init("program", "not run: a dry run cannot undo what it does"),
            ])
        }
        let steps = Set(run.committedSteps)
        // Another attempt was cut off between the program's good end and its own.
        guard !(1...max(run.attempt, 1)).contains(where: { steps.contains(Self.succeeded($0)) }) else {
            return summary(program)
        }
        try requireEnds(of: run, call)
        try run.step(Self.started(run.attempt)) { _ in }
        var pulse = Pulse(run)
        let ending: OutsideProgram.Ending
        do {
            ending = try program.run(output: ProgramOutput.descriptor, whileRunning: { try pulse.beat() })
            let left = try OwnProcessGroup.waitForOthers { try pulse.beat() }
            if left > 0 { say(Self.leftRunning(left)) }
        } catch var failure as Failure where failure.exitCode == .interrupted || failure.exitCode == .terminated {
            failure.summary = "Stopped, and the program \(program.path) with it."
            failure.advice =
                call.isRepeatable
                ? "Give the same command again to run the program from its start." : Self.cutOffAdvice
            throw failure
        }
        let isGood = ending == .exited(0)
        try run.step(isGood ? Self.succeeded(run.attempt) : Self.ended(run.attempt)) { _ in }
        guard isGood else {
            throw Failure(
                .failed, "The program \(program.path) ended with \(ending).",
                advice: "What it wrote is in the log of the attempt: `steward run logs \(run.id)`.")
        }
        return summary(program)
    }

    /// Among what the program printed.
    private func say(_ text: String) { FileHandle.standardError.write(Data("steward: \(text)\n".utf8)) }

    private func summary(_ program: OutsideProgram) -> RunSummary {
        RunSummary(figures: [
            .init("program", program.path), .init("ended with", "\(OutsideProgram.Ending.exited(0))"),
        ])
    }

    private static func leftRunning(_ count: Int) -> String {
        "the program has ended; \(count == 1 ? "a process that it started still runs and is" : "\(count) processes that it started still run and are") ended with it"
    }

    private static func started(_ attempt: Int) -> String { "program started in attempt \(attempt)" }
    private static func ended(_ attempt: Int) -> String { "program ended in attempt \(attempt)" }
    private static func succeeded(_ attempt: Int) -> String { "program succeeded in attempt \(attempt)" }

    /// - Throws: a failure when an earlier attempt may have run the program, and nobody knows how far it came.
    private func requireEnds(of run: Run, _ call: ProgramCall) throws {
        guard !call.isRepeatable else { return }
        let steps = run.committedSteps
        let open = (1..<max(run.attempt, 1)).last {
            steps.contains(Self.started($0)) && !steps.contains(Self.ended($0))
        }
        guard let open else { return }
        throw Failure(
            .refused,
            "Attempt \(open) was cut off while the program \(call.program) ran, or right before or after: it may have run, "
                + "whole or in part. It was not started again.",
            advice: Self.cutOffAdvice)
    }

    private static let cutOffAdvice =
        "Look at what it did. Then run the job once more with --again and a --reason; or, if it does no harm to run it "
        + "twice, say `repeatable: true` in the job's command."

    /// What the run was to execute when it was asked for, whatever the file says now.
    private func declaredCall(of run: Run) throws -> ProgramCall {
        let text = try run.store.read { connection in
            try connection.first(
                """
                SELECT version.declaration FROM run JOIN job_version AS version ON version.hash = run.job_version
                 WHERE run.run_id = ?
                """, run.id
            ) { try $0.text(0) }
        }
        guard let call = text.flatMap({ JobDeclaration.formerCommand(in: $0, of: run.company) }) else {
            throw Failure(
                .usage, "The declaration that run \(run.id) was asked for with names no command that can be read.",
                advice: "Run the job once more with --again and a --reason: it then takes the declaration of today.")
        }
        return call
    }

    private func program(_ call: ProgramCall, _ run: Run) throws -> OutsideProgram {
        guard let path = OutsideProgram.path(of: call.program) else {
            throw Failure(
                .usage, "There is no program \(call.program) that can be executed.",
                advice: call.program.hasPrefix("/")
                    ? "Check the path in the job's command."
                    : "It is looked for in \(OutsideProgram.searchPath.joined(separator: ", ")); name another by its path."
            )
        }
        var environment = [
            "PATH": OutsideProgram.searchPath.joined(separator: ":"), "STEWARD_COMPANY": run.company.directory,
            "STEWARD_JOB": run.identity.job, "STEWARD_PERIOD": run.period.description, "STEWARD_RUN": "\(run.id)",
            "STEWARD_ATTEMPT": "\(run.attempt)",
        ]
        for name in call.environment { environment[name] = Environment.value(name) }
        return OutsideProgram(
            path: path,
            arguments: call.arguments(with: [
                .job: run.identity.job, .period: run.period.description, .run: "\(run.id)", .attempt: "\(run.attempt)",
                .company: run.company.directory,
            ]),
            environment: environment, directory: run.company.directory)
    }
}
