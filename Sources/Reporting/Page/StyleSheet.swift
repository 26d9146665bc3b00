/// The style sheet of the report.
///
/// Colours: tiers go from dark blue over teal to amber and differ in lightness and shape as well; what is the concepts'
/// own is magenta, what stands beside it for comparison is grey. They stay apart in common colour blindness.
enum StyleSheet {
    static let text = """
        :root{--face:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
        --page:#fff;--panel:#f6f7f9;--ink:#1b2027;--quiet:#57606c;--rule:#d9dde3;--grid:#e6e9ed;
        --own:#a81e62;--other:#4d5967;--null:#7b8794;--link:#14548c;--warn:#fdf3dc;--warn-rule:#d99a1b;
        --t0:#1d4f91;--t1:#2a9d8f;--t2:#d98a1f;--t3:#7a4fa3;--t4:#6b8e23;--t5:#8c564b}
        @media screen and (prefers-color-scheme:dark){:root{
        --page:#14171c;--panel:#1d2128;--ink:#e7e9ec;--quiet:#a3acb8;
        --rule:#39404a;--grid:#2a3038;--own:#f27fb4;--other:#b8c2ce;--null:#8793a1;--link:#8dc1f2;--warn:#2e2717;
        --warn-rule:#c9952f;--t0:#7fb0f2;--t1:#55c7b5;--t2:#f0b35c;--t3:#c3a1e8;--t4:#b0cc6a;--t5:#d3a598}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0 auto;max-width:70rem;padding:2rem 1rem 3rem;background:var(--page);color:var(--ink);
        font:1rem/1.5 var(--face);overflow-wrap:break-word}
        h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem;letter-spacing:-.01em}
        h2{font-size:1.4rem;line-height:1.25;margin:3rem 0 .25rem;padding-top:1.25rem;border-top:2px solid var(--ink)}
        h3{font-size:1.1rem;margin:2.25rem 0 .75rem}
        details{margin:1.25rem 0}
        summary{cursor:pointer;color:var(--quiet);border-bottom:1px solid var(--rule);padding:.4rem 0;margin-bottom:.75rem}
        summary h3{display:inline;color:var(--ink);margin:0}
        summary:hover h3{text-decoration:underline}
        p{margin:0 0 .75rem}
        a{color:var(--link)}
        .lead,dl{max-width:46rem}
        .quiet,footer{color:var(--quiet)}
        footer{margin-top:3rem;font-size:.875rem}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:0;padding:0}
        .tiles{display:grid;
        grid-template-columns:repeat(auto-fit,minmax(min(100%,14.5rem),1fr));gap:1rem;margin:1.25rem 0}
        .tile{background:var(--panel);border-radius:.5rem;padding:.875rem 1rem}
        .tile p{margin:0;font-size:.9rem;line-height:1.45}
        .tile .name{color:var(--quiet);font-weight:600}
        .tile .big{font-size:1.75rem;line-height:1.3;font-weight:650;color:var(--ink);font-variant-numeric:tabular-nums}
        ul.warning,ul.missing{margin:1rem 0;padding:.6rem 1rem;list-style:none;font-size:.9rem}
        ul.warning{background:var(--warn);border-left:4px solid var(--warn-rule)}
        ul.missing{padding:0;color:var(--quiet)}
        .scroll{overflow-x:auto;margin:0 0 1.5rem}
        .scroll:focus-visible,summary:focus-visible,pre:focus-visible{outline:2px solid var(--link);outline-offset:2px}
        table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
        .caption{font-size:.875rem;font-weight:600;margin:0 0 .25rem}
        th,td{text-align:left;vertical-align:baseline;padding:.3rem .9rem .3rem 0;border-bottom:1px solid var(--rule);
        font-weight:400}
        thead th{color:var(--quiet);border-bottom-color:var(--quiet);vertical-align:bottom;line-height:1.25}
        .num{text-align:right;white-space:nowrap}
        thead .num{white-space:normal}
        .ci{color:var(--quiet);font-size:.8125rem}
        .stacked .ci{display:block;line-height:1.2}
        .stacked tbody th,.pair thead .num{white-space:nowrap}
        .stacked.runs tbody th{white-space:normal;min-width:13rem}
        .wide tbody th{min-width:10rem}
        .table{min-width:0}
        tr.peak>*{background:var(--panel);font-weight:600}
        tr.peak .ci{font-weight:400}
        tr.total>th{font-weight:600}
        tr.first>*{border-top:2px solid var(--rule)}
        .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:0 2rem}
        .pair th{max-width:14rem}
        table.definitions{width:100%;margin-bottom:1.5rem}
        .definitions th{width:14rem;color:var(--quiet)}
        .value{overflow-wrap:anywhere}
        .charts{display:grid;
        grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:2rem 2.5rem;margin-bottom:1.5rem}
        figure{margin:0;max-width:34rem}
        figcaption{font-size:.875rem;color:var(--quiet);margin-bottom:.4rem}
        figcaption strong{display:block;color:var(--ink);font-size:1rem}
        figure>svg{display:block;width:100%;height:auto}
        ul.legend{display:flex;flex-wrap:wrap;
        gap:.1rem 1rem;list-style:none;margin:0 0 .4rem;padding:0;font-size:.875rem}
        .key{width:.8em;height:.8em;margin-right:.4em;vertical-align:-.04em;overflow:visible}
        dt{font-weight:600}
        dd{margin:0}
        dl>div{break-inside:avoid;padding-bottom:.9rem}
        @media (min-width:60rem){dl{max-width:none;columns:2;column-gap:2.5rem}}
        pre{background:var(--panel);border-radius:.5rem;padding:.75rem 1rem;
        font-size:.8125rem;white-space:pre-wrap;overflow-wrap:anywhere}
        svg text{font:12px var(--face);fill:var(--quiet);font-variant-numeric:tabular-nums}
        svg .title,svg .note,svg .figure,svg .strong{fill:var(--ink)}
        svg .strong{font-weight:600}
        svg .quiet{font-size:11px}
        path,rect{fill:none}
        .grid{stroke:var(--grid)}
        .axis,.zero{stroke:var(--quiet)}
        .chance{stroke:var(--quiet);stroke-dasharray:2 3}
        .whisker{stroke:var(--ink);stroke-width:1.25}
        .band.trend-band{--c:var(--ink);fill-opacity:.1}
        .trend{stroke:var(--ink);stroke-width:1.75}
        .t0{--c:var(--t0)}.t1{--c:var(--t1)}.t2{--c:var(--t2)}.t3{--c:var(--t3)}.t4{--c:var(--t4)}.t5{--c:var(--t5)}
        .specific{--c:var(--own)}.general{--c:var(--other)}.null{--c:var(--null)}
        .mark{fill:var(--c);fill-opacity:.35;stroke:var(--c);stroke-opacity:.7}
        .solid{fill:var(--c);stroke:var(--c)}
        .solid.hollow{fill:var(--page);stroke-width:1.5}
        .band{fill:var(--c);fill-opacity:.16}
        .curve{stroke:var(--c);stroke-width:2}
        .join{stroke:var(--c);stroke-opacity:.55;stroke-dasharray:4 3}
        .bounds{stroke:var(--c);stroke-width:1.25}
        .frame{stroke:var(--rule)}
        .square{fill:var(--own);stroke:var(--own)}
        .square.negative{fill:none}
        .bar{fill:var(--t0);stroke:var(--t0)}
        .bar.open{fill-opacity:.2}
        @media (max-width:40rem){.definitions th{width:8.5rem}h1{font-size:1.5rem}svg text{font-size:13.5px}}
        @media print{
        body{max-width:none;padding:0;font-size:10pt}h2{break-before:page}
        section:first-of-type>h2{break-before:auto}
        h2,h3,.caption,summary{break-after:avoid}
        details::details-content{content-visibility:visible;block-size:auto}
        summary{list-style:none;border:0;padding:0}summary::-webkit-details-marker{display:none}
        figure,.tile,tr,dl>div{break-inside:avoid}.scroll{overflow:visible}table{font-size:8pt}
        .charts{grid-template-columns:1fr 1fr}
        .tile,ul.warning,tr.peak>*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        th,td{padding-right:.5rem}a{color:inherit;text-decoration:none}nav{display:none}}
        """
}
