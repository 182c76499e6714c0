namespace Microsoft.ML.Cnn.Trainers;

/// <summary>
/// Says, to whichever trainer of this library is fitted on this thread until it is disposed, what an experiment wants otherwise than its options: somewhere
/// within a pipeline whose parts nobody else can reach. The trainer says in turn what came of it.
/// </summary>
internal sealed class FittingScope : IDisposable
{
    [ThreadStatic]
    private static FittingScope? current;

    private FittingScope() { }

    /// <summary>Of this thread; null outside of experiments.</summary>
    public static FittingScope? Current => current;

    /// <summary>Changes a copy of the options before they are used.</summary>
    public required Action<CnnTrainerOptions> Adapt { get; init; }

    /// <summary>What to measure with, instead of what the options say; null for none.</summary>
    public required IDataView? Validation { get; init; }

    /// <summary>Whether the network is only made, with its first weights, to see that it fits and what comes before it.</summary>
    public bool IsRehearsal { get; init; }

    /// <summary>What training may take; null for no limits.</summary>
    public FittingLimits? Limits { get; init; }

    /// <summary>Trainers that were fitted.</summary>
    public int Fitted { get; private set; }

    /// <summary>The options that the last one was fitted with.</summary>
    public CnnTrainerOptions? Options { get; private set; }

    /// <summary>What came of it.</summary>
    public CnnModel? Model { get; private set; }

    /// <summary>Begins a scope, which ends when it is disposed.</summary>
    public static FittingScope Begin(
        Action<CnnTrainerOptions> adapt,
        IDataView? validation,
        FittingLimits? limits,
        bool isRehearsal = false
    ) =>
        current = new FittingScope
        {
            Adapt = adapt,
            Validation = validation,
            Limits = limits,
            IsRehearsal = isRehearsal,
        };

    /// <summary>The options of a trainer as the scope wants them.</summary>
    public CnnTrainerOptions AdaptedOf(CnnTrainerOptions options)
    {
        CnnTrainerOptions adapted = options.Snapshot();
        adapted.ValidationSet = null;
        adapted.ValidationSetFraction = null;
        Adapt(adapted);
        OptionsCheck.Check(adapted);
        return adapted;
    }

    /// <summary>A trainer has been fitted.</summary>
    public void Note(CnnTrainerOptions options, CnnModel model)
    {
        Fitted++;
        (Options, Model) = (options, model);
    }

    public void Dispose() => current = null;
}
