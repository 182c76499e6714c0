namespace Microsoft.ML.Cnn;

/// <summary>
/// What <see cref="CnnBinaryTrainer"/> has learned: the network with its weights. It can be given to
/// <see cref="CnnBinaryTrainer.Fit(IDataView, IDataView, CnnBinaryModelParameters)"/> to go on from.
/// </summary>
public sealed class CnnBinaryModelParameters
{
    internal CnnBinaryModelParameters(CnnModel model) => Model = model;

    /// <summary>The network with its weights, whose one score is the probability of true. It needs nothing of ML.NET.</summary>
    public CnnModel Model { get; }
}
