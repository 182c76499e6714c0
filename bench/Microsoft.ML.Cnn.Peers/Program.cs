using Microsoft.ML.Cnn.Peers;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Proofs;

// Two programs in one, since engines must not share a process: "measure" times one engine, "compare" runs itself again and again for each.
return args switch
{
    ["compare", .. var rest] => CompareCommand.Run(rest),
    ["prove", .. var rest] => ProveCommand.Run(rest),
    ["measure", .. var rest] => Measure.Run(Workload.Parse(rest)),
    ["weaken", var library] => GlibcxxVersions.Weaken(library),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: compare [--help] | prove [--help] | measure SETTING NET MODE BATCH CONDITIONS SECONDS | weaken LIBRARY"
    );
    return 1;
}
