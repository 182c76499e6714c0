using Microsoft.ML.Cnn.Peers;

// Two programs in one, since engines must not share a process: "measure" times one engine, "compare" runs itself again and again for each.
return args switch
{
    ["measure", .. var rest] => Measure.Run(Workload.Parse(rest)),
    ["compare", .. var rest] => Comparison.Run(rest),
    ["weaken", var library] => GlibcxxVersions.Weaken(library),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: compare [--nets lenet5] [--threads 1,2] [--rounds N] [--out FILE] | measure ENGINE NET MODE THREADS BATCH SECONDS | weaken LIBRARY"
    );
    return 1;
}
