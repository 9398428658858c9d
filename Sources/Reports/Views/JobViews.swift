/// What ran, and what did not.
enum JobViews {
    static let all = [run, exception, occurrence]

    static let run = ReportView(
        "job_run", domain: "jobs", "Runs, as they stood at the time of the report.",
        .query(
            """
            SELECT run.run_id AS run, run.job, run.kind, run.period, run.trigger,
                   COALESCE((SELECT event.to_state FROM run_event AS event
                              WHERE event.run_id = run.run_id AND event.at <= :as_of
                              ORDER BY event.sequence DESC LIMIT 1), run.state) AS state,
                   run.created_at, run.created_by,
                   CASE WHEN run.started_at <= :as_of THEN run.started_at END AS started_at,
                   CASE WHEN run.finished_at <= :as_of THEN run.finished_at END AS finished_at,
                   CASE WHEN run.finished_at <= :as_of
                        THEN (run.finished_at - run.started_at) / 1000000 END AS duration_seconds,
                   CASE WHEN run.due_at IS NOT NULL AND run.started_at <= :as_of
                        THEN (run.started_at - run.due_at) / 1000000 END AS late_seconds,
                   CASE WHEN run.finished_at <= :as_of THEN run.items_done ELSE 0 END AS items,
                   CASE WHEN run.finished_at <= :as_of THEN run.exceptions ELSE 0 END AS exceptions
              FROM run WHERE run.created_at <= :as_of
            """),
        [
            ReportView.column("run", .integer, "number of the run"),
            ReportView.column("job", .text, "the job"),
            ReportView.column("kind", .text, "what the job does"),
            ReportView.column("period", .text, "what it was for"),
            ReportView.column("trigger", .text, "schedule, person, run or api"),
            ReportView.column("state", .text, "succeeded, partly, failed, running …"),
            ReportView.column("created_at", .instant, "when it was asked for"),
            ReportView.column("created_by", .text, "who asked for it"),
            ReportView.column("started_at", .instant, "when its first attempt began"),
            ReportView.column("finished_at", .instant, "when it ended"),
            ReportView.column("duration_seconds", .integer, "from the first beginning to the end"),
            ReportView.column("late_seconds", .integer, "how long after its time it began; only of a schedule"),
            ReportView.column("items", .integer, "items done"),
            ReportView.column("exceptions", .integer, "items set aside"),
        ])

    static let exception = ReportView(
        "job_exception", domain: "jobs", "Items that a run set aside.",
        .query(
            """
            SELECT run.run_id AS run, run.job, run.period, exception.item, exception.reason, exception.message,
                   exception.recorded_at AS known_at
              FROM run_exception AS exception JOIN run ON run.run_id = exception.run_id
             WHERE exception.recorded_at <= :as_of
            """),
        [
            ReportView.column("run", .integer, "number of the run"),
            ReportView.column("job", .text, "the job"),
            ReportView.column("period", .text, "what it was for"),
            ReportView.column("item", .text, "the employee, customer, invoice"),
            ReportView.column("reason", .text, "a short code: missing_fact"),
            ReportView.column("message", .text, "why, in words"),
            ReportView.column("known_at", .instant, "when it was set aside"),
        ])

    static let occurrence = ReportView(
        "job_occurrence", domain: "jobs", "Times at which a job was due.",
        .query(
            """
            SELECT occurrence.job, occurrence.due_at, occurrence.state, COALESCE(occurrence.reason, '') AS reason,
                   occurrence.run_id AS run,
                   CASE WHEN occurrence.dismissed_at <= :as_of THEN 1 ELSE 0 END AS is_dismissed
              FROM occurrence WHERE occurrence.recorded_at <= :as_of
            """),
        [
            ReportView.column("job", .text, "the job"),
            ReportView.column("due_at", .instant, "when it was due"),
            ReportView.column("state", .text, "run, missed or skipped"),
            ReportView.column("reason", .text, "why it did not run"),
            ReportView.column("run", .integer, "the run that it became"),
            ReportView.column("is_dismissed", .boolean, "whether a person said that it need not run any more"),
        ])
}
