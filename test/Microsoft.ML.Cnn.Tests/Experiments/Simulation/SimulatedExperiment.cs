using Microsoft.ML.Cnn.Experiments.Halving;
using Microsoft.ML.Cnn.Experiments.Running;
using Microsoft.ML.Cnn.Experiments.Tuners;

namespace Microsoft.ML.Cnn.Tests.Experiments.Simulation;

/// <summary>How an experiment searches.</summary>
/// <param name="Name">Of the way.</param>
/// <param name="Tuner">For a seed.</param>
/// <param name="Halving">A new one.</param>
internal sealed record SearchWay(string Name, Func<int, ICnnTuner> Tuner, Func<IHalving> Halving)
{
    private static readonly CnnSearchSpace Space = RecordedSpace.Create();

    public static SearchWay Random { get; } = new("random, no halving", seed => new RandomSearchTuner(Space, seed), None);

    public static SearchWay Tpe { get; } = new("TPE, no halving", seed => new TpeTuner(Space, seed), None);

    public static SearchWay RandomWithHalving { get; } = new("random, ASHA", seed => new RandomSearchTuner(Space, seed), Asha);

    public static SearchWay TpeWithHalving { get; } = new("TPE, ASHA", seed => new TpeTuner(Space, seed), Asha);

    private static NoHalving None() => new(RecordedSpace.Epochs);

    // The rungs of an experiment that nothing else was asked of.
    private static AsynchronousSuccessiveHalving Asha() => new(new Rungs(1, RecordedSpace.Epochs, 3));
}

/// <summary>
/// An experiment in simulated time: the search that runs in real ones decides, workers that are free take what it gives them, and a training takes the time that was
/// recorded of it instead of being run.
/// </summary>
internal static class SimulatedExperiment
{
    // Of ten classes, by guessing.
    private const double LossOfChance = 0.9;

    /// <summary>How far the loss of the best trial is above the least that was recorded, when the time is over.</summary>
    /// <param name="trainings">What is recorded.</param>
    /// <param name="way">How it searches.</param>
    /// <param name="seed">Of the tuner.</param>
    /// <param name="workers">Trials at once.</param>
    /// <param name="seconds">Simulated time; trainings that would end later do not count.</param>
    public static double Regret(RecordedTrainings trainings, SearchWay way, int seed, int workers, double seconds)
    {
        Search search = new(RecordedSpace.Create(), way.Tuner(seed), way.Halving(), seed);
        PriorityQueue<TrialTask, (double End, int Order)> underWay = new();
        Dictionary<int, int> trained = [];
        double least = LossOfChance;
        int order = 0;
        double now = 0;
        while (true)
        {
            while (underWay.Count < workers && search.Begin() is { } task)
            {
                underWay.Enqueue(task, (now + Duration(task), order++));
            }

            if (!underWay.TryDequeue(out TrialTask ended, out (double End, int Order) at) || at.End > seconds)
            {
                return least - trainings.BestLoss;
            }

            now = at.End;
            trained[ended.TrialId] = ended.Epochs;
            double loss = RecordedTrainings.Loss(Curve(ended), ended.Epochs);
            least = Math.Min(least, loss);
            search.End(ended, loss);
        }

        RecordedCurve Curve(TrialTask task) => trainings.Nearest(search.Trials[task.TrialId].Parameters);

        // One that fails takes the time until it does.
        double Duration(TrialTask task)
        {
            RecordedCurve curve = Curve(task);
            int from = trained.GetValueOrDefault(task.TrialId);
            int epochs = Math.Min(task.Epochs, curve.Accuracies.Length + 1);
            return curve.SecondsOfEpoch * (epochs - from);
        }
    }
}
