/// What the daemon costs and how punctual it is: the built program, real workers, a company made for the purpose.
///
///     DaemonBenchmark latency PROGRAM [RUNS [JOBS-AT-ONCE]]   from the instant at which a run is due to its first line
///     DaemonBenchmark jobs PROGRAM [JOBS]                      the start and the rest of a daemon with many jobs
///     DaemonBenchmark soak PROGRAM [MINUTES]                   a job each second and a mail each minute
///
/// `soak` ends with 1 where a run was missed or done twice.
import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 3, ["latency", "jobs", "soak"].contains(arguments[1]) else {
    print("DaemonBenchmark: give latency, jobs or soak, the program, and a number.")
    exit(2)
}
let program = URL(filePath: arguments[2]).standardizedFileURL
let number = arguments.count > 3 ? Int(arguments[3]) : nil
switch arguments[1] {
case "latency":
    try measureLatency(
        of: program, runs: number ?? 500, jobsAtOnce: arguments.count > 4 ? Int(arguments[4]) ?? 1 : 1)
case "jobs": try measureManyJobs(of: program, jobs: number ?? 10_000)
default:
    guard try Soak(program, minutes: number ?? 15).run() else { exit(1) }
}
