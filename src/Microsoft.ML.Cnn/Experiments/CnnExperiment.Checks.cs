using Microsoft.ML.Cnn.Experiments.Data;
using Microsoft.ML.Cnn.Experiments.Tasks;
using Microsoft.ML.Cnn.Experiments.Trials;
using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn;

// What is found wrong before the first trial, with all that was set.
public sealed partial class CnnExperiment
{
    private void Require()
    {
        if (data is null && runner is null)
        {
            throw new InvalidOperationException("There is no dataset. What would work: SetDataset before the experiment is run.");
        }

        if (time is null && mostTrials is null)
        {
            throw new InvalidOperationException(
                "The experiment would never end. What would work: SetTrainingTimeInSeconds, SetMaxModelToExplore, or both."
            );
        }

        if (runner is not null)
        {
            RequireRunnerAlone();
            return;
        }

        if (isRefitted)
        {
            _ = data!.All(task.Environment);
        }

        if (makePipeline is not null && !isSpaceGiven)
        {
            throw new InvalidOperationException(
                "Nothing says what varies in the pipeline. What would work: SetSearchSpace with the parameters that the function of SetPipeline takes."
            );
        }

        if (makePipeline is null)
        {
            RequireOptions();
        }

        RequireLabel();
    }

    private void RequireRunnerAlone()
    {
        string? other =
            isRefitted ? nameof(SetRefit)
            : limits != FittingLimits.None ? "a limit of memory, parameters or latency"
            : makeOptions is not null ? nameof(SetOptions)
            : makePipeline is not null ? nameof(SetPipeline)
            : null;
        if (other is not null)
        {
            throw new InvalidOperationException(
                $"With SetTrialRunner the runner trains and measures, and {other} would have no effect. What would work: either of them without the other."
            );
        }
    }

    /// <summary>That the options of the first trial can be made, and fit the columns.</summary>
    private void RequireOptions()
    {
        if (!isSpaceGiven)
        {
            space = task.DefaultSpaceFor(OptionNames.ImageOf(data!.Schema, OptionsOf(space.Defaults)));
        }

        if (makeOptions is null)
        {
            OptionNames.Require(space, task.NewOptions, data!.Schema);
            if (!space.Any(option => option.Key == nameof(CnnTrainerOptions.Network)))
            {
                throw new InvalidOperationException(
                    "Nothing says which network to train. What would work: SetOptions with a function from parameters to options, or a search space with 'Network'."
                );
            }
        }

        CnnTrainerOptions first = OptionsOf(space.Defaults);
        if (isRefitted)
        {
            Refitting.Require(first);
        }

        _ = ExampleColumns.Find(data!.Schema, first, nameof(SetDataset));
        if (data is GivenPair pair)
        {
            _ = ExampleColumns.Find(pair.Validation.Schema, first, nameof(SetDataset));
        }
    }

    private void RequireLabel()
    {
        if (metric.OfWatched is null && data!.Schema.GetColumnOrNull(LabelName()) is { Type: VectorDataViewType } label)
        {
            throw new InvalidOperationException(
                $"{metric.Metric} is of single numbers, and label column '{label.Name}' is {label.Type}. What would work: {CnnMetric.RootMeanSquaredError} or {CnnMetric.MeanSquaredError}."
            );
        }
    }
}
