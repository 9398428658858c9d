import Concurrency

/// Has a renderer work on another thread while the next rows are read: of a large workbook, writing takes most of the time.
///
/// A short report is rendered where it is read, all at once.
final class RenderingAhead: ReportRenderer {
    private let renderer: any ReportRenderer
    private var waiting: [Call] = []
    private var worker: SerialWorker<[Call]>?

    /// So many rows of the longest texts are some megabytes.
    private static let callsAtOnce = 64

    /// What a renderer is told.
    private enum Call: Sendable {
        case beginSheet(ReportSheetHeading)
        case row(ReportRow)
        case endSheet(ReportSheetEnd)

        func make(to renderer: any ReportRenderer) throws {
            switch self {
            case .beginSheet(let heading): try renderer.beginSheet(heading)
            case .row(let row): try renderer.row(row)
            case .endSheet(let end): try renderer.endSheet(end)
            }
        }
    }

    init(_ renderer: any ReportRenderer) { self.renderer = renderer }

    func begin(_ heading: ReportHeading) throws { try renderer.begin(heading) }
    func beginSheet(_ sheet: ReportSheetHeading) throws { try add(.beginSheet(sheet)) }
    func row(_ row: ReportRow) throws { try add(.row(row)) }
    func endSheet(_ end: ReportSheetEnd) throws { try add(.endSheet(end)) }

    private func add(_ call: Call) throws {
        waiting.append(call)
        guard waiting.count == Self.callsAtOnce else { return }
        if worker == nil {
            // From here to the end of the worker nobody else calls the renderer.
            nonisolated(unsafe) let renderer = renderer
            worker = SerialWorker { calls in for call in calls { try call.make(to: renderer) } }
        }
        try worker?.take(waiting)
        waiting = []
        waiting.reserveCapacity(Self.callsAtOnce)
    }

    func finish(_ end: ReportEnd) throws -> [String] {
        if let worker {
            try worker.take(waiting)
            try worker.finish()
            self.worker = nil
        } else {
            for call in waiting { try call.make(to: renderer) }
        }
        return try renderer.finish(end)
    }

    func discard() {
        // Its error is the one that was thrown already, or comes after that.
        try? worker?.finish()
        worker = nil
        renderer.discard()
    }
}
