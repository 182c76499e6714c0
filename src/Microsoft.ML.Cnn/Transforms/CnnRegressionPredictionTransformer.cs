using Microsoft.ML;
using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(CnnRegressionPredictionTransformer),
    null,
    typeof(SignatureLoadModel),
    "",
    CnnRegressionPredictionTransformer.LoaderSignature
)]

namespace Microsoft.ML.Cnn;

/// <summary>
/// Scores images with a network that <see cref="CnnRegressionTrainer"/> has trained. Adds <c>Score</c>, in the units of the label: a <see cref="float"/>, or a vector of as many
/// numbers as the label has.
/// </summary>
/// <inheritdoc/>
public sealed class CnnRegressionPredictionTransformer : CnnPredictionTransformer<CnnRegressionModelParameters>
{
    internal const string LoaderSignature = "CnnRegression";

    private static readonly ModelEntry Entry = new("CNNREGRE", LoaderSignature);

    internal CnnRegressionPredictionTransformer(CnnRegressionModelParameters parameters, TrainedColumns trained)
        : base(parameters, parameters.Model, new RegressionOutput(parameters.Model.OutputLength, trained.IsVectorLabel), trained, Entry) { }

    /// <summary>Called by ML.NET, which finds it through the attribute above.</summary>
    private static CnnRegressionPredictionTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        (CnnModel model, TrainedColumns trained) = Read(ctx, Entry);
        if (!trained.IsVectorLabel && model.OutputLength != 1)
        {
            throw ModelPart.Damaged(TrainedColumns.EntryName, $"its label is one number, and the model has {model.OutputLength} outputs.");
        }

        return new CnnRegressionPredictionTransformer(new CnnRegressionModelParameters(model), trained);
    }
}
