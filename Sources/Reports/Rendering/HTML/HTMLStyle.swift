/// The look of a report as HTML: dark text on white, readable on a phone, on paper and in a mail.
///
/// Mail programs drop some of it; so what matters (which cells stand right, what is bold, what is shaded) is said by
/// attributes of the cells, too.
enum HTMLStyle {
    static let sheet = """
        body{margin:0;background:#fff;color:#1f2933;font:14px/1.45 -apple-system,"Segoe UI",Roboto,"Helvetica Neue",\
        "DejaVu Sans",Arial,sans-serif}
        main{max-width:1180px;margin:0 auto;padding:20px 16px 32px}
        h1{margin:0;font-size:24px;line-height:1.25;color:#1f3a5f}
        h2{margin:30px 0 0;font-size:17px;color:#1f3a5f}
        h3{margin:18px 0 6px;font-size:14px;color:#1f3a5f}
        p{margin:4px 0}
        .sub,.note,.foot{color:#5f6b7a}
        .foot{margin-top:32px;border-top:1px solid #d5dae0;padding-top:8px;font-size:12px;overflow-wrap:anywhere}
        table{border-collapse:collapse;font-size:13px}
        .figures{border-collapse:separate;border-spacing:10px 0;margin:14px -10px 4px}
        .figures td{background:#f5f7fa;border-left:3px solid #1f3a5f;padding:8px 18px 8px 12px;font-size:12px;\
        color:#5f6b7a}
        .figures b{display:block;font-size:19px;color:#1f3a5f;white-space:nowrap}
        .facts{margin:12px 0 4px}
        .facts th{font-weight:normal;color:#5f6b7a;text-align:left;padding:3px 24px 3px 0;vertical-align:top;\
        border-bottom:1px solid #e6e9ed;white-space:nowrap}
        .facts td{padding:3px 0;border-bottom:1px solid #e6e9ed;overflow-wrap:anywhere}
        .scroll{overflow-x:auto;margin:10px 0 6px}
        .rows{border-collapse:separate;border-spacing:0;border-bottom:1px solid #e6e9ed}
        .rows td,.rows th{padding:5px 10px;vertical-align:top}
        .rows td{border-top:1px solid #e6e9ed;font-variant-numeric:tabular-nums}
        .rows tbody tr:first-child td{border-top:0}
        .rows th{color:#1f3a5f;background:#e9eef4;text-align:left;vertical-align:bottom;\
        border-bottom:2px solid #1f3a5f}
        .rows th.over{border:solid #e9eef4;border-width:0 4px;box-shadow:inset 0 -1px #1f3a5f;text-align:center;\
        padding:4px 6px 2px;color:#5f6b7a}
        .rows th.none{border:0}
        .rows [align=right]{text-align:right;white-space:nowrap}
        .rows [align=center]{text-align:center;white-space:nowrap}
        .rows td:first-child,.rows th:first-child{position:sticky;left:0;background:#fff}
        .rows th:first-child{background:#e9eef4}
        .rows .group td,.rows .group td:first-child{background:#f5f7fa;color:#1f3a5f;font-weight:bold}
        .rows .sum td{font-weight:bold;border-top:1px solid #1f3a5f}
        .rows .total td,.rows .total td:first-child{background:#f5f7fa}
        .rows .total td{font-weight:bold;border-top:1px solid #1f3a5f;border-bottom:3px double #1f3a5f}
        .rows .words td{color:#5f6b7a}
        .negative,.bad{color:#b3261e}
        .rows td.bad{background:#fce8e6}
        .rows td.good{color:#1e6b3a;background:#e7f4ea}
        .rows td.warning{color:#7a5200;background:#fff4d6}
        .muted{color:#5f6b7a}
        .chart{max-width:640px}
        .chart svg{width:100%;height:auto;font:7.5px "DejaVu Sans",Arial,sans-serif}
        .bars{width:100%}
        .bars td{padding:2px 6px 2px 0;white-space:nowrap}
        .bars .bar{width:100%}
        .bars i{display:block;height:12px}
        @media(max-width:600px){main{padding:14px 10px}h1{font-size:20px}.figures,.figures tbody,.figures tr,\
        .figures td{display:block;margin:6px 0}.rows td,.rows th{padding:4px 6px}}
        @media print{main{max-width:none;padding:0}.scroll{overflow:visible}thead{display:table-header-group}\
        tr{break-inside:avoid}.group{break-after:avoid}.rows td:first-child,.rows th:first-child{position:static}}
        """
}
