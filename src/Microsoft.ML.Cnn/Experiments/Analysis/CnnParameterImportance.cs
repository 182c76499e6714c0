namespace Microsoft.ML.Cnn;

/// <summary>How much one thing that varied in an experiment decided which trials were good.</summary>
/// <param name="Name">Of the parameter; those under alternatives as paths.</param>
/// <param name="Share">
/// Of the importance of all parameters, from 0 to 1: 0 where it shows no more than chance would. Null where nothing can be said: too few trials that can be compared have the
/// parameter, or all have the same value.
/// </param>
/// <param name="Trials">Trials that have it and can be compared.</param>
public sealed record CnnParameterImportance(string Name, double? Share, int Trials)
{
    /// <summary>What has to be chosen for it to vary, such as <c>Optimizer = Sgd</c>; null where it always does. It tells parameters of the same name under several alternatives apart.</summary>
    public string? Condition { get; init; }
}
