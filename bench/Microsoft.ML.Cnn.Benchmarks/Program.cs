using System.Globalization;
using BenchmarkDotNet.Running;
using Microsoft.ML.Cnn.Benchmarks.Columns;
using Microsoft.ML.Cnn.Benchmarks.Figures;

// Without a word of its own it is BenchmarkDotNet's command line: --list flat, --filter "*Step*", ...
return args switch
{
    ["overhead"] => Overhead.Run(Environment.ProcessorCount),
    ["overhead", var threads] => Overhead.Run(int.Parse(threads, CultureInfo.InvariantCulture)),
    ["micro-kernel"] => MicroKernelGate.Run(),
    ["overhead", var threads, var rows] => Overhead.Run(
        int.Parse(threads, CultureInfo.InvariantCulture),
        int.Parse(rows, CultureInfo.InvariantCulture)
    ),
    ["folder"] => ImageFolders.Run(Environment.ProcessorCount),
    ["folder", var threads] => ImageFolders.Run(int.Parse(threads, CultureInfo.InvariantCulture)),
    ["accuracy"] => AlgorithmAccuracy.Run(),
    ["accuracy", var epochs] => AlgorithmAccuracy.Run(int.Parse(epochs, CultureInfo.InvariantCulture)),
    ["fashion-mnist", var epochs, .. var how] when how.All(word => word is "wide" or "--validate") => FashionMnistTraining.Run(
        int.Parse(epochs, CultureInfo.InvariantCulture),
        wide: how.Contains("wide"),
        validate: how.Contains("--validate")
    ),
    ["augmentation"] => AugmentationSpeed.Run(Environment.ProcessorCount),
    ["augmentation", var threads] => AugmentationSpeed.Run(int.Parse(threads, CultureInfo.InvariantCulture)),
    ["errors"] => AlgorithmErrors.Run(),
    ["experiment-overhead"] => ExperimentOverhead.Run(),
    ["divergence"] => AlgorithmDivergence.Run(),
    ["divergence", var seeds] => AlgorithmDivergence.Run(int.Parse(seeds, CultureInfo.InvariantCulture)),
    ["features"] => FeatureExtraction.Run(FeatureExtraction.Folder, seed: 1),
    ["features", var seed] => FeatureExtraction.Run(FeatureExtraction.Folder, int.Parse(seed, CultureInfo.InvariantCulture)),
    ["features", var seed, var folder] => FeatureExtraction.Run(folder, int.Parse(seed, CultureInfo.InvariantCulture)),
    ["experiment-regret"] => ExperimentRegret.Run(workers: 1),
    ["experiment-regret", var workers] => ExperimentRegret.Run(int.Parse(workers, CultureInfo.InvariantCulture)),
    ["record-curves", var seconds] => CurveRecording.Run(double.Parse(seconds, CultureInfo.InvariantCulture)),
    ["memory"] => StreamingMemory.Compare(),
    ["memory", var rows] => StreamingMemory.Train(rows),
    ["full-size"] => FullSizeNetworks.Run(),
    ["full-size", "train", var name, var path] => FullSizeNetworks.Train(name, path),
    ["full-size", "score", var name, var path] => FullSizeNetworks.Score(name, path),
    _ => Benchmarks(args),
};

static int Benchmarks(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(RateColumn).Assembly).Run(args, new BenchmarkConfig());
    return 0;
}
