namespace Microsoft.ML.Cnn;

/// <summary>
/// Proposes what to try next. Called by one thread at a time. <see cref="CnnSearchSpace.Draw"/> makes a proposal of a value for each thing that varies,
/// <see cref="CnnSearchOption.At"/> and <see cref="CnnSearchOption.PlaceOf"/> bring values onto a scale from 0 to 1 and back.
/// </summary>
/// <example>
/// <code>
/// sealed class Chance(CnnSearchSpace space, int seed) : ICnnTuner
/// {
///     public CnnParameters? Propose(int trialId)
///     {
///         Random random = new(seed + trialId);
///         return space.Draw((name, option) => option.At(random.NextDouble()));
///     }
///
///     public void Update(CnnTrialSettings trial, int epochs, double loss) { }
/// }
/// </code>
/// </example>
public interface ICnnTuner
{
    /// <summary>Parameters for a new trial.</summary>
    /// <param name="trialId">The number of the trial, counted from 0. Proposals follow from it, the seed and the updates before, so that an experiment can go on in another process.</param>
    /// <returns>
    /// Null when there is nothing left to try. Else the experiment's search space has to allow it (<see cref="CnnSearchSpace.Require"/>); otherwise the experiment ends with
    /// an <see cref="ArgumentException"/>.
    /// </returns>
    CnnParameters? Propose(int trialId);

    /// <summary>Learns what became of a trial: each time it has been trained for some more epochs.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="epochs">Epochs that it has been trained for.</param>
    /// <param name="loss">What it reached: less is better; <see cref="double.MaxValue"/> if it failed.</param>
    void Update(CnnTrialSettings trial, int epochs, double loss);
}
