using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>The folder that the options want a training to be saved in, if any; claimed until it is disposed.</summary>
internal sealed class Workspace : IDisposable
{
    /// <summary>Stands for the name of the training data in a path.</summary>
    public const string DataPlaceholder = "{data}";
    private const int NameLength = 12;

    private readonly CnnTrainerOptions options;
    private CheckpointFolder? folder;

    private Workspace(CnnTrainerOptions options) => this.options = options;

    /// <summary>Claims the folder, unless its path follows from the data.</summary>
    /// <param name="options">Of the trainer.</param>
    /// <exception cref="CnnCheckpointException">It cannot be written to, or another training uses it.</exception>
    public static Workspace Open(CnnTrainerOptions options)
    {
        Workspace workspace = new(options);
        if (options.WorkspacePath?.Contains(DataPlaceholder, StringComparison.Ordinal) == false)
        {
            workspace.folder = CheckpointFolder.Open(options.WorkspacePath);
        }

        return workspace;
    }

    /// <summary>Where and when to save the training; null for nowhere.</summary>
    /// <param name="rows">What tells the rows of training from others: a path that follows from the data is named by it.</param>
    /// <param name="others">What else tells the training from others, and is not known below.</param>
    /// <param name="savesBestModel">Whether the best model is saved beside the training.</param>
    /// <exception cref="CnnCheckpointException">The folder cannot be written to, or another training uses it.</exception>
    public CheckpointSettings? SettingsFor(ImmutableArray<IdentityPart> rows, IEnumerable<IdentityPart> others, bool savesBestModel)
    {
        if (options.WorkspacePath is null)
        {
            return null;
        }

        folder ??= CheckpointFolder.Open(options.WorkspacePath.Replace(DataPlaceholder, NameOf(rows), StringComparison.Ordinal));
        return new CheckpointSettings(folder, options.Resume, options.CheckpointInterval, [.. others, .. rows])
        {
            SavesBestModel = savesBestModel,
        };
    }

    /// <summary>
    /// The seed of the training: that of the options, or else of the checkpoint that it goes on from, or else one that was drawn. Where the folder follows from the data, it is known only
    /// after <see cref="SettingsFor"/>.
    /// </summary>
    public int SeedOr(int drawn) => options.Seed ?? SavedSeed ?? drawn;

    public void Dispose() => folder?.Dispose();

    private int? SavedSeed =>
        folder is not null && options.Resume != ResumePolicy.StartOver && File.Exists(folder.LastFile)
            ? CheckpointFile.ReadHeader(folder.LastFile).Seed
            : null;

    private static string NameOf(ImmutableArray<IdentityPart> rows)
    {
        string all = string.Join('\n', rows.Select(part => $"{part.Name}: {part.Text}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..NameLength];
    }
}
