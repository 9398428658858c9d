import Calendars
import Jobs
import Store

/// What people read of one job's declaration and schedule.
enum JobDetails {
    /// When and how a job runs by itself.
    static func addSchedule(of job: JobDeclaration, timer: JobTimer?, to details: inout Details) {
        guard let schedule = job.schedule else {
            details.add("schedule", text: "none: only people start it", json: .null)
            return
        }
        details.add("schedule", schedule.schedule.explanation)
        details.add("time zone", schedule.schedule.zone.name)
        if job.granularity != .instant {
            details.add(
                "for", text: schedule.period.words(job.granularity), json: .string(schedule.period.rawValue))
        }
        addTimer(timer, to: &details)
        details.add(
            "catch up", text: schedule.catchUp.words,
            json: .object([
                ("policy", .string(schedule.catchUp.policy.rawValue)),
                ("window_seconds", .integer(Int(schedule.catchUp.windowSeconds))),
                ("maximum_runs", .integer(schedule.catchUp.maximumRuns)),
                ("spread_seconds", .integer(Int(schedule.catchUp.spreadSeconds))),
            ]))
        details.add("overlap", text: schedule.overlap.words, json: .string(schedule.overlap.rawValue))
    }

    /// How its schedule stands.
    static func addTimer(_ timer: JobTimer?, to details: inout Details) {
        guard let timer else { return }
        details.add("next", key: "next_due_at", timer.next.map { "\($0)" })
        details.add("state", text: timer.state.words, json: .string(timer.state.code))
        if case .paused(let pause) = timer.state {
            details.add(
                "paused", key: "paused_at", text: "\(pause.since) by \(pause.person)", json: .string("\(pause.since)"))
            details.add("", key: "paused_by", text: nil, json: .string(pause.person))
            details.add("", key: "paused_until", text: nil, json: JSONValue(pause.until.map { "\($0)" }))
            details.add("", key: "pause_reason", text: nil, json: .string(pause.reason))
        }
    }

    /// How its runs are carried out, and who is told and asked. What is as it is without a word in the declaration is for
    /// programs alone.
    static func addRules(of job: JobDeclaration, to details: inout Details) {
        func strings(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
        func integer(_ value: Int64?) -> JSONValue { value.map { .integer(Int($0)) } ?? .null }
        let rules = job.execution
        details.add(
            "needs", text: job.needs.isEmpty ? nil : job.needs.joined(separator: ", "), json: strings(job.needs))
        details.add(
            "queue", text: job.queue == JobDeclaration.defaultQueue ? nil : job.queue, json: .string(job.queue))
        details.add(
            "runs on", text: job.placement == .anywhere ? nil : "\(job.placement)",
            json: .object(job.placement.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        details.add(
            "priority", text: job.priority == JobDeclaration.defaultPriority ? nil : "\(job.priority)",
            json: .integer(job.priority))
        details.add(
            "at once", key: "maximum_running", text: rules.maximumRunning.map { "\($0) runs at most" },
            json: rules.maximumRunning.map(JSONValue.integer) ?? .null)
        details.add(
            "timeout", key: "timeout_seconds", text: rules.timeoutSeconds.map { "\(ElapsedText($0))" },
            json: integer(rules.timeoutSeconds))
        let limits = [
            rules.limits.memoryBytes.map { "memory \(MeasureText.mebibytes($0))" },
            rules.limits.processorSeconds.map { "processor time \(ElapsedText($0))" },
            rules.limits.nice.map { "nice \($0)" },
        ].compactMap(\.self)
        details.add(
            "limits", text: limits.isEmpty ? nil : limits.joined(separator: ", "),
            json: .object([
                ("memory_bytes", integer(rules.limits.memoryBytes)),
                ("processor_seconds", integer(rules.limits.processorSeconds)),
                ("nice", rules.limits.nice.map(JSONValue.integer) ?? .null),
            ]))
        let retry = rules.retry
        let causes = FailureCause.allCases.filter(retry.causes.contains).map(\.rawValue)
        details.add(
            "retry", text: retry.words,
            json: .object([
                ("maximum_retries", .integer(retry.policy.maximumRetries)),
                ("backoff_seconds", integer(retry.policy.backoffSeconds)),
                ("maximum_backoff_seconds", integer(retry.policy.maximumBackoffSeconds)),
                ("causes", strings(causes)),
            ]))
        details.add(
            "in doubt", key: "on_doubt", text: rules.onDoubt == .hold ? nil : rules.onDoubt.rawValue,
            json: .string(rules.onDoubt.rawValue))
        addPeople(of: job, to: &details)
    }

    private static func addPeople(of job: JobDeclaration, to details: inout Details) {
        func strings(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
        details.add(
            "approval",
            text: job.approval.map { rule in
                "by \(rule.people) of the role \(rule.role)"
                    + (rule.withinSeconds.map { ", within \(ElapsedText($0))" } ?? "")
            },
            json: job.approval.map { rule in
                .object([
                    ("people", .integer(rule.people)), ("role", .string(rule.role)),
                    ("within_seconds", rule.withinSeconds.map { .integer(Int($0)) } ?? .null),
                ])
            } ?? .null)
        let notify = job.notifications
        let told = [
            notify.failed.isEmpty ? nil : "failed: " + notify.failed.joined(separator: ", "),
            notify.missed.isEmpty ? nil : "missed: " + notify.missed.joined(separator: ", "),
            notify.late.map { "\(ElapsedText($0.afterSeconds)) late: " + $0.to.joined(separator: ", ") },
        ].compactMap(\.self)
        details.add(
            "told by mail", key: "notify", text: told.isEmpty ? nil : told.joined(separator: "; "),
            json: .object([
                ("failed", strings(notify.failed)), ("missed", strings(notify.missed)),
                (
                    "late",
                    notify.late.map { late in
                        .object([("after_seconds", .integer(Int(late.afterSeconds))), ("to", strings(late.to))])
                    } ?? .null
                ),
            ]))
    }
}

extension PeriodChoice {
    /// For people: `the month before the one it is due in`.
    func words(_ granularity: Period.Granularity) -> String {
        switch self {
        case .current: "the \(granularity.rawValue) it is due in"
        case .previous: "the \(granularity.rawValue) before the one it is due in"
        case .next: "the \(granularity.rawValue) after the one it is due in"
        }
    }
}

extension CatchUp {
    /// For people: what happens to an occurrence that could not run on time.
    var words: String {
        let window = "of what is at most \(ElapsedText(windowSeconds)) late"
        switch policy {
        case .skip: return "none: what was missed stays missed"
        case .latest: return "the latest \(window)"
        case .all:
            let spread = spreadSeconds > 0 ? ", \(ElapsedText(spreadSeconds)) apart" : ""
            return "the \(maximumRuns) latest \(window)\(spread)"
        }
    }
}

extension OverlapPolicy {
    /// For people: what happens to an occurrence while a run of the same job is under way.
    var words: String {
        switch self {
        case .skip: "it is skipped while another run is under way"
        case .queueOne: "one waits for the run that is under way"
        case .queueAll: "each waits its turn"
        case .cancelRunning: "what is under way is canceled for it"
        case .allow: "it runs beside the others"
        }
    }
}

extension RetryRule {
    /// For people; nil where nothing is tried again.
    var words: String? {
        guard policy.maximumRetries > 0 else { return nil }
        let times = policy.maximumRetries == 1 ? "once" : "\(policy.maximumRetries) times"
        let waits =
            "waits of up to \(ElapsedText(policy.backoffSeconds)), doubling, to \(ElapsedText(policy.maximumBackoffSeconds))"
        let only = FailureCause.allCases.filter(causes.contains).map(\.rawValue)
        let on = only.count == FailureCause.allCases.count ? "" : ", after: \(only.joined(separator: ", "))"
        return "\(times), \(waits)\(on)"
    }
}
