using Microsoft.ML.Cnn.Experiments.Data;
using Microsoft.ML.Cnn.Experiments.Tasks;
using Microsoft.ML.Cnn.Trainers;

namespace Microsoft.ML.Cnn.Experiments.Trials;

/// <summary>What the trials of an experiment are about, once all is set.</summary>
/// <param name="Task">What is learned.</param>
/// <param name="Pipeline">What parameters stand for.</param>
/// <param name="IsTrainerAlone">Whether that is a trainer with nothing before or behind it.</param>
/// <param name="Pairs">What is trained on and measured with: one, or as many as there are folds.</param>
/// <param name="Metric">What is made as good as it can be.</param>
/// <param name="Columns">What it is evaluated by.</param>
/// <param name="MostEpochs">Epochs of a trial that is trained to its end.</param>
/// <param name="Threads">Threads that a trial computes with.</param>
/// <param name="Limits">What a trial may take. Its memory is that of the whole process, too.</param>
/// <param name="Time">That all trials have; null for any.</param>
/// <param name="IsRefitted">Whether the winner is trained once more, on all rows.</param>
/// <param name="Monitor">Is told of epochs.</param>
internal sealed record TrialSetting(
    ExperimentTask Task,
    Func<CnnParameters, IEstimator<ITransformer>> Pipeline,
    bool IsTrainerAlone,
    IReadOnlyList<DataPair> Pairs,
    MetricRule Metric,
    ScoredColumns Columns,
    int MostEpochs,
    int Threads,
    FittingLimits Limits,
    TimeSpan? Time,
    bool IsRefitted,
    ICnnMonitor? Monitor
);
