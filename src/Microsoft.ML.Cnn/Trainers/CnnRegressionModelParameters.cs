namespace Microsoft.ML.Cnn;

/// <summary>
/// What <see cref="CnnRegressionTrainer"/> has learned: the network with its weights. It can be given to
/// <see cref="CnnRegressionTrainer.Fit(IDataView, IDataView, CnnRegressionModelParameters)"/> to go on from.
/// </summary>
public sealed class CnnRegressionModelParameters
{
    internal CnnRegressionModelParameters(CnnModel model) => Model = model;

    /// <summary>The network with its weights, whose scores are in the units of the label. It needs nothing of ML.NET.</summary>
    public CnnModel Model { get; }
}
