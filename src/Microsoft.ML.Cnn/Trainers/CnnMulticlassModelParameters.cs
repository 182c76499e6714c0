using System.Collections.Immutable;
using Microsoft.ML.Cnn.Transforms;

namespace Microsoft.ML.Cnn;

/// <summary>
/// What <see cref="CnnMulticlassTrainer"/> has learned: the network with its weights, and what its classes stand for. It can be given to
/// <see cref="CnnMulticlassTrainer.Fit(IDataView, IDataView, CnnMulticlassModelParameters)"/> to go on from.
/// </summary>
public sealed class CnnMulticlassModelParameters
{
    internal CnnMulticlassModelParameters(CnnModel model, LabelValues? labels) => (Model, Labels) = (model, labels);

    /// <summary>The network with its weights. It needs nothing of ML.NET.</summary>
    public CnnModel Model { get; }

    /// <summary>Classes, and scores of an image.</summary>
    public int NumberOfClasses => Model.OutputLength;

    /// <summary>The key values of the label as text, in the order of the scores; empty where the label had none.</summary>
    public ImmutableArray<string> ClassNames => Labels?.Texts ?? [];

    /// <summary>The key values of the label in their own type.</summary>
    internal LabelValues? Labels { get; }
}
